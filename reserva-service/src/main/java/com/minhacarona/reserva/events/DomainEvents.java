package com.minhacarona.reserva.events;

import com.google.protobuf.Message;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ReservaRecusada;
import java.util.Optional;

/**
 * Makes events of what is stored. An event's id follows from that alone, so a repeat has the same
 * one. Ids of rides have two parts and those of reservations three, of which the last is a {@code
 * versao} or, for a refusal, a UUID: no two kinds share an id.
 */
public final class DomainEvents {
  // The names of the fields that the messages of events.proto have in common.
  private static final String CARONA = "carona";
  private static final String RESERVA = "reserva";

  private static final String COM_A_CARONA = "com_a_carona";

  /** What has just become of a ride. */
  static DomainEvent ofCarona(EventType type, CaronaItem carona) {
    Message.Builder data = type.empty().newBuilderForType();
    set(data, CARONA, ItemProtos.carona(carona));
    return new DomainEvent(
        type,
        id(carona.id(), carona.versao()),
        carona.atualizadaEm(),
        carona.id(),
        carona.condominioId(),
        data.build());
  }

  /**
   * What has just become of a reservation.
   *
   * @param carona its ride, as it is now
   */
  static DomainEvent ofReserva(EventType type, ReservaItem reserva, CaronaItem carona) {
    Message.Builder data = type.empty().newBuilderForType();
    set(data, RESERVA, ItemProtos.reserva(reserva));
    set(data, CARONA, ItemProtos.carona(carona));
    if (type == EventType.RESERVA_CANCELADA) {
      set(data, COM_A_CARONA, cancelledTogether(reserva, carona));
    }
    String subject = id(reserva.caronaId(), reserva.usuarioId());
    return new DomainEvent(
        type,
        id(subject, reserva.versao()),
        reserva.atualizadaEm(),
        subject,
        carona.condominioId(),
        data.build());
  }

  /**
   * That a request of the queue was refused for good.
   *
   * @param carona the ride, as it is now; empty if the condominium has no such ride
   */
  public static DomainEvent ofRecusa(RecusaItem recusa, Optional<CaronaItem> carona) {
    ReservaRecusada.Builder data =
        ReservaRecusada.newBuilder()
            .setPedido(ItemProtos.pedido(recusa))
            .setReason(recusa.reason())
            .setMessage(recusa.message())
            .putAllMetadata(recusa.metadata());
    carona.map(ItemProtos::carona).ifPresent(data::setCarona);
    String subject = id(recusa.caronaId(), recusa.usuarioId());
    return new DomainEvent(
        EventType.RESERVA_RECUSADA,
        id(subject, recusa.requestId()),
        recusa.recusadaEm(),
        subject,
        recusa.condominioId(),
        data.build());
  }

  /**
   * Whether the reservation was cancelled with its ride. A cancelled ride does not prove it,
   * because the passenger may have cancelled before the driver did. But only a cancellation of
   * both, which is one transaction, leaves the same time on both; a cancelled ride never changes
   * again.
   */
  private static boolean cancelledTogether(ReservaItem reserva, CaronaItem carona) {
    return carona.status() == CaronaItem.Status.CANCELADA
        && carona.atualizadaEm().equals(reserva.atualizadaEm());
  }

  private static void set(Message.Builder data, String field, Object value) {
    data.setField(data.getDescriptorForType().findFieldByName(field), value);
  }

  private static String id(String subject, Object last) {
    return subject + "/" + last;
  }

  private DomainEvents() {}
}
