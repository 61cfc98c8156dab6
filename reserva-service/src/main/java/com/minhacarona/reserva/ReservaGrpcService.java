package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Refused;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.StatusChangeResult.Changed;
import com.minhacarona.reserva.StatusChangeResult.ReservaNaoEncontrada;
import com.minhacarona.reserva.StatusChangeResult.SemPermissao;
import com.minhacarona.reserva.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.ResponseStream;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceImplBase;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ExecutorService;

/** Serves reservations as the contract in {@code reserva_service.proto} describes them. */
final class ReservaGrpcService extends ReservaServiceImplBase {
  private final ReservaStore store;
  private final ReservaList list;
  private final ReservaStatusStore statusStore;
  private final ReservaMetrics metrics;
  private final ExecutorService callExecutor;

  @Inject
  ReservaGrpcService(
      ReservaStore store,
      ReservaList list,
      ReservaStatusStore statusStore,
      ReservaMetrics metrics,
      ExecutorService callExecutor) {
    this.store = store;
    this.list = list;
    this.statusStore = statusStore;
    this.metrics = metrics;
    this.callExecutor = callExecutor;
  }

  @Override
  public void processarReserva(
      ProcessarReservaRequest request, StreamObserver<ReservaResponse> responses) {
    NewReserva newReserva = ReservaProtos.newReserva(request);
    Caller caller = Caller.current();
    caller.requireActingAs(newReserva.usuarioId());
    if (!caller.sees(newReserva.condominioId())) {
      throw Refusals.caronaNaoEncontrada(newReserva.caronaId()).error();
    }
    ReservaResponse response =
        switch (metrics.ended(store.book(newReserva))) {
          case Booked booked -> ReservaProtos.response(booked);
          case Repeated repeated -> ReservaProtos.response(repeated);
          case Refused refused -> throw Refusals.of(newReserva, refused).error();
          case RecusadaAntes _ -> throw new IllegalStateException("only by the queue");
        };
    responses.onNext(response);
    responses.onCompleted();
  }

  @Override
  public void getReservas(GetReservasRequest request, StreamObserver<ReservaResponse> responses) {
    ReservaProtos.ListQuery listQuery = ReservaProtos.listQuery(request);
    ReservasOfCarona reservas =
        new ReservasOfCarona(list, Caller.current(), listQuery.caronaId(), listQuery.status());
    ResponseStream.send(
        responses,
        callExecutor,
        () -> reservas.nextPage().map(page -> page.stream().map(ReservaProtos::response).toList()));
  }

  @Override
  public void updateReservaStatus(
      UpdateReservaStatusRequest request, StreamObserver<ReservaResponse> responses) {
    StatusChange change = ReservaProtos.statusChange(Caller.current(), request);
    if (!ReservaPolicy.mayAllow(change)) {
      throw Errors.permissionDenied();
    }
    ReservaResponse response =
        switch (statusStore.change(change)) {
          case Changed(var reserva) -> ReservaProtos.response(reserva);
          case ReservaNaoEncontrada _ -> throw Refusals.reservaNaoEncontrada(change);
          case SemPermissao _ -> throw Errors.permissionDenied();
          case TransicaoInvalida(var reserva) -> throw Refusals.transicaoInvalida(change, reserva);
        };
    responses.onNext(response);
    responses.onCompleted();
  }
}
