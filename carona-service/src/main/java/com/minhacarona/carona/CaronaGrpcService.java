package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaProtos.Busca;
import com.minhacarona.carona.CreateResult.Criada;
import com.minhacarona.carona.CreateResult.Repetida;
import com.minhacarona.carona.CreateResult.RequestIdReutilizado;
import com.minhacarona.carona.StatusChange.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChange.Done;
import com.minhacarona.carona.StatusChange.TransicaoInvalida;
import com.minhacarona.runtime.call.ResponseStream;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.call.Unary;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceImplBase;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** Rides, as the contract in {@code carona_service.proto} says. */
final class CaronaGrpcService extends CaronaServiceImplBase {
  private final CaronaStore store;
  private final CaronaList list;
  private final CaronaStatusStore statusStore;
  private final Vagas vagas;
  private final UpdateHub hub;
  private final ExecutorService callExecutor;
  private final Clock clock;

  @Inject
  CaronaGrpcService(
      CaronaStore store,
      CaronaList list,
      CaronaStatusStore statusStore,
      Vagas vagas,
      UpdateHub hub,
      ExecutorService callExecutor,
      Clock clock) {
    this.store = store;
    this.list = list;
    this.statusStore = statusStore;
    this.vagas = vagas;
    this.hub = hub;
    this.callExecutor = callExecutor;
    this.clock = clock;
  }

  @Override
  public void createCarona(CreateCaronaRequest request, StreamObserver<CaronaResponse> responses) {
    NovaCarona nova = CaronaProtos.novaCarona(request, clock.instant());
    if (!Tenant.sees(nova.condominioId())) {
      throw Refusals.outroCondominio();
    }
    CaronaItem carona =
        switch (store.create(nova)) {
          case Criada(var created) -> created;
          case Repetida(var earlier) -> earlier;
          case RequestIdReutilizado(var other) -> throw Refusals.requestIdReutilizado(other);
        };
    responses.onNext(CaronaProtos.response(carona));
    responses.onCompleted();
  }

  @Override
  public void getCarona(GetCaronaRequest request, StreamObserver<CaronaResponse> responses) {
    Busca busca = CaronaProtos.busca(request);
    CaronaItem carona =
        store
            .find(busca.caronaId(), busca.freshness())
            .filter(found -> Tenant.sees(found.condominioId()))
            .orElseThrow(() -> Refusals.caronaNaoEncontrada(busca.caronaId()));
    responses.onNext(CaronaProtos.response(carona));
    responses.onCompleted();
  }

  /** Runs on the event loop: what must wait for the store goes to a thread of its own. */
  @Override
  public void checkVagas(CheckVagasRequest request, StreamObserver<CheckVagasResponse> responses) {
    Vagas.Pergunta pergunta = CaronaProtos.pergunta(request);
    Optional<Vagas.Resposta> known = vagas.known(pergunta);
    if (known.isPresent()) {
      responses.onNext(CaronaProtos.response(known.get()));
      responses.onCompleted();
    } else {
      callExecutor.execute(
          Context.current().wrap(() -> Unary.answer(responses, () -> readVagas(pergunta))));
    }
  }

  private CheckVagasResponse readVagas(Vagas.Pergunta pergunta) {
    return vagas
        .read(pergunta)
        .map(CaronaProtos::response)
        .orElseThrow(() -> Refusals.caronaNaoEncontrada(pergunta.caronaId()));
  }

  @Override
  public void listCaronasDisponiveis(
      ListCaronasRequest request, StreamObserver<CaronaResponse> responses) {
    CaronaProtos.Lista lista = CaronaProtos.lista(request);
    Filtro filtro = lista.filtro();
    if (!filtro.condominioId().map(Tenant::sees).orElse(true)) {
      responses.onCompleted(); // For this caller there are no rides there.
      return;
    }
    OpenRides rides = new OpenRides(list, clock, filtro, lista.after(), lista.limite());
    ResponseStream.send(
        responses,
        callExecutor,
        () ->
            rides
                .nextPage()
                .map(page -> page.stream().map(c -> CaronaProtos.response(c, filtro)).toList()));
  }

  @Override
  public StreamObserver<CaronaUpdateRequest> streamCaronasUpdates(
      StreamObserver<CaronaUpdateResponse> responses) {
    return hub.open(responses);
  }

  @Override
  public void updateCaronaStatus(
      UpdateCaronaStatusRequest request, StreamObserver<CaronaResponse> responses) {
    StatusChange change = CaronaProtos.statusChange(request);
    CaronaItem carona =
        switch (statusStore.change(change)) {
          case Done(var changed) -> changed;
          case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
          case TransicaoInvalida(var unchanged) ->
              throw Refusals.transicaoInvalida(change, unchanged);
        };
    vagas.remember(carona);
    responses.onNext(CaronaProtos.response(carona));
    responses.onCompleted();
  }
}
