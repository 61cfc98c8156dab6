package com.minhacarona.reserva;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.events.ItemProtos;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.RequestFields;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.util.Optional;

/** Checks requests, and converts between protobuf messages and the types of the domain. */
final class ReservaProtos {
  private static final int CARONA_ID_LENGTH = 36;
  private static final int ID_LENGTH = 64;
  private static final int REASON_LENGTH = 140;
  private static final int MAX_VAGAS = 8;

  static NewReserva newReserva(ProcessarReservaRequest request) {
    RequestFields fields = new RequestFields();
    NewReserva newReserva = newReserva(fields, request);
    fields.check();
    return newReserva;
  }

  /**
   * A booking that comes by the queue.
   *
   * @throws IllegalArgumentException with all that is wrong
   */
  static NewReserva queued(ProcessarReservaRequest request) {
    RequestFields fields = new RequestFields();
    NewReserva newReserva = newReserva(fields, request).byQueue();
    fields
        .faults()
        .ifPresent(faults -> {
          throw new IllegalArgumentException(faults);
        });
    return newReserva;
  }

  private static NewReserva newReserva(RequestFields fields, ProcessarReservaRequest request) {
    int vagas = request.getVagas() == 0 ? 1 : request.getVagas();
    return new NewReserva(
        fields.requestId("request_id", request.getRequestId()),
        fields.id("carona_id", request.getCaronaId(), CARONA_ID_LENGTH),
        fields.id("usuario_id", request.getUsuarioId(), ID_LENGTH),
        fields.id("condominio_id", request.getCondominioId(), ID_LENGTH),
        fields.range("vagas", vagas, 1, MAX_VAGAS));
  }

  /** A request for the reservations of a ride, with one status or with any. */
  record ListQuery(String caronaId, Optional<ReservaItem.Status> status) {}

  static ListQuery listQuery(GetReservasRequest request) {
    RequestFields fields = new RequestFields();
    ListQuery listQuery =
        new ListQuery(
            fields.id("carona_id", request.getCaronaId(), CARONA_ID_LENGTH),
            status(fields, request.getStatus()));
    fields.check();
    return listQuery;
  }

  static StatusChange statusChange(Caller caller, UpdateReservaStatusRequest request) {
    RequestFields fields = new RequestFields();
    Optional<ReservaItem.Status> status = status(fields, request.getStatus());
    if (request.getStatus() == StatusReserva.STATUS_RESERVA_UNSPECIFIED) {
      fields.violation("status", "is required");
    }
    StatusChange change =
        new StatusChange(
            caller,
            fields.id("carona_id", request.getCaronaId(), CARONA_ID_LENGTH),
            fields.id("usuario_id", request.getUsuarioId(), ID_LENGTH),
            status.orElse(ReservaItem.Status.CONFIRMADA),
            fields.optionalText("motivo", request.getMotivo(), REASON_LENGTH));
    fields.check();
    return change;
  }

  private static Optional<ReservaItem.Status> status(RequestFields fields, StatusReserva status) {
    return switch (status) {
      case STATUS_RESERVA_UNSPECIFIED -> Optional.empty();
      case STATUS_RESERVA_CONFIRMADA -> Optional.of(ReservaItem.Status.CONFIRMADA);
      case STATUS_RESERVA_CANCELADA -> Optional.of(ReservaItem.Status.CANCELADA);
      case STATUS_RESERVA_CONCLUIDA -> Optional.of(ReservaItem.Status.CONCLUIDA);
      case STATUS_RESERVA_NAO_COMPARECEU -> Optional.of(ReservaItem.Status.NAO_COMPARECEU);
      case UNRECOGNIZED -> {
        fields.violation("status", "is not a value of StatusReserva");
        yield Optional.empty();
      }
    };
  }

  static ReservaResponse response(ReservaItem reserva) {
    return ReservaResponse.newBuilder().setReserva(ItemProtos.reserva(reserva)).build();
  }

  static ReservaResponse response(Booked booked) {
    ReservaResponse.Builder response =
        ReservaResponse.newBuilder().setReserva(ItemProtos.reserva(booked.reserva()));
    booked.vagasDisponiveis().ifPresent(response::setVagasDisponiveis);
    return response.build();
  }

  static ReservaResponse response(Repeated repeated) {
    return ReservaResponse.newBuilder()
        .setReserva(ItemProtos.reserva(repeated.reserva()))
        .setRepetida(true)
        .build();
  }

  private ReservaProtos() {}
}
