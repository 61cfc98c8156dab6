package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.ReservaResult.CaronaFechada;
import com.minhacarona.reserva.ReservaResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.ReservaResult.Confirmada;
import com.minhacarona.reserva.ReservaResult.JaExiste;
import com.minhacarona.reserva.ReservaResult.MotoristaNaoReserva;
import com.minhacarona.reserva.ReservaResult.Repetida;
import com.minhacarona.reserva.ReservaResult.VagasInsuficientes;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Reservations, as the contract in {@code reserva_service.proto} says. */
final class ReservaGrpcService extends ReservaServiceImplBase {
  private final ReservaStore store;

  @Inject
  ReservaGrpcService(ReservaStore store) {
    this.store = store;
  }

  @Override
  public void processarReserva(
      ProcessarReservaRequest request, StreamObserver<ReservaResponse> responses) {
    NovaReserva nova = ReservaProtos.novaReserva(request);
    ReservaResponse response =
        switch (store.reserve(nova)) {
          case Confirmada confirmada -> ReservaProtos.response(confirmada);
          case Repetida repetida -> ReservaProtos.response(repetida);
          case JaExiste refusal -> throw Refusals.reservaJaExiste(refusal);
          case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(nova);
          case MotoristaNaoReserva _ -> throw Refusals.motoristaNaoReserva(nova);
          case CaronaFechada refusal -> throw Refusals.caronaFechada(nova, refusal);
          case VagasInsuficientes refusal -> throw Refusals.vagasInsuficientes(nova, refusal);
        };
    responses.onNext(response);
    responses.onCompleted();
  }
}
