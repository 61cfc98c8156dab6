package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaProtos.GetQuery;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.carona.CreateResult.Created;
import com.minhacarona.carona.CreateResult.Repeated;
import com.minhacarona.carona.CreateResult.RequestIdReutilizado;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.SemPermissao;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.CallWork;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.ResponseStream;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.call.Unary;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiFunction;

/** Rides, as the contract in {@code carona_service.proto} says. */
final class CaronaGrpcService implements BindableService, CaronaServiceGrpc.AsyncService {
  private final CaronaStore store;
  private final CaronaList list;
  private final ListLimits listLimits;
  private final CaronaStatusStore statusStore;
  private final RecentCaronas recent;
  private final CallWork work;
  private final Vagas vagas;
  private final UpdateHub hub;
  private final ExecutorService callExecutor;
  private final Clock clock;

  @Inject
  CaronaGrpcService(
      CaronaStore store,
      CaronaList list,
      ListLimits listLimits,
      CaronaStatusStore statusStore,
      RecentCaronas recent,
      CallWork work,
      Vagas vagas,
      UpdateHub hub,
      ExecutorService callExecutor,
      Clock clock) {
    this.store = store;
    this.list = list;
    this.listLimits = listLimits;
    this.statusStore = statusStore;
    this.recent = recent;
    this.work = work;
    this.vagas = vagas;
    this.hub = hub;
    this.callExecutor = callExecutor;
    this.clock = clock;
  }

  /** Update streams send messages that they share. */
  @Override
  public ServerServiceDefinition bindService() {
    return UpdateMessage.bind(
        CaronaServiceGrpc.bindService(this), responses -> hub.open(Caller.current(), responses));
  }

  @Override
  public void createCarona(CreateCaronaRequest request, StreamObserver<CaronaResponse> responses) {
    CaronaProtos.Offer offer = CaronaProtos.offer(request, clock.instant());
    NewCarona newCarona = offer.newCarona();
    Caller caller = Caller.current();
    caller.requireActingAs(newCarona.motoristaId());
    if (!caller.sees(newCarona.condominioId())) {
      throw offer.untimely().orElseGet(Refusals::outroCondominio);
    }
    // Only a ride that was created before is found whatever the time is now.
    CreateResult result =
        offer.untimely().isEmpty()
            ? store.create(newCarona)
            : store.findCreated(newCarona).orElseThrow(offer.untimely()::get);
    CaronaItem carona =
        switch (result) {
          case Created(var created) -> created;
          case Repeated(var earlier) -> earlier;
          case RequestIdReutilizado(var other) -> throw Refusals.requestIdReutilizado(other);
        };
    responses.onNext(CaronaProtos.response(carona));
    responses.onCompleted();
  }

  @Override
  public void getCarona(GetCaronaRequest request, StreamObserver<CaronaResponse> responses) {
    GetQuery query = CaronaProtos.getQuery(request);
    answer(
        query.caronaId(),
        query.freshness(),
        responses,
        (carona, _) -> CaronaProtos.response(carona));
  }

  @Override
  public void checkVagas(CheckVagasRequest request, StreamObserver<CheckVagasResponse> responses) {
    Vagas.Question question = CaronaProtos.question(request);
    answer(
        question.caronaId(),
        question.freshness(),
        responses,
        (carona, age) -> CaronaProtos.response(vagas.answer(question, carona, age)));
  }

  /** Answers from memory on the event loop, or when the ride was read on a thread. */
  private <T> void answer(
      String caronaId,
      Freshness freshness,
      StreamObserver<T> responses,
      BiFunction<CaronaItem, Duration, T> response) {
    if (freshness == Freshness.EVENTUAL) {
      Optional<RecentCaronas.Known> known = recent.known(caronaId);
      if (known.isPresent() && Tenant.sees(known.get().carona().condominioId())) {
        responses.onNext(response.apply(known.get().carona(), known.get().age()));
        responses.onCompleted();
        return;
      }
    }
    work.run(
        () ->
            Unary.answer(
                responses,
                () -> {
                  RecentCaronas.Known read =
                      recent
                          .read(caronaId, freshness)
                          .filter(found -> Tenant.sees(found.carona().condominioId()))
                          .orElseThrow(() -> Refusals.caronaNaoEncontrada(caronaId));
                  return response.apply(read.carona(), read.age());
                }),
        responses::onError);
  }

  @Override
  public void listCaronasDisponiveis(
      ListCaronasRequest request, StreamObserver<CaronaResponse> responses) {
    Caller caller = Caller.current();
    CaronaProtos.ListQuery listQuery = CaronaProtos.listQuery(caller, request);
    Filter filter = listQuery.filter();
    if (filter.condominioId().isEmpty() && !caller.mayListAll()) {
      throw Errors.permissionDenied();
    }
    if (!filter.condominioId().map(caller::sees).orElse(true)) {
      responses.onCompleted(); // For this caller there are no rides there.
      return;
    }
    OpenCaronas caronas =
        new OpenCaronas(list, clock, filter, listQuery.after(), listQuery.limit());
    ResponseStream.send(
        responses,
        callExecutor,
        () ->
            listLimits
                .inTurn(caronas::nextPage)
                .map(page ->
                    page.stream().map(listed -> CaronaProtos.response(listed, filter)).toList()),
        listLimits.begin(filter));
  }

  @Override
  public void updateCaronaStatus(
      UpdateCaronaStatusRequest request, StreamObserver<CaronaResponse> responses) {
    StatusChange change = CaronaProtos.statusChange(Caller.current(), request);
    CaronaItem carona =
        switch (statusStore.change(change)) {
          case Changed(var changed) -> changed;
          case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
          case SemPermissao _ -> throw Errors.permissionDenied();
          case TransicaoInvalida(var unchanged) ->
              throw Refusals.transicaoInvalida(change, unchanged);
        };
    recent.remember(carona);
    responses.onNext(CaronaProtos.response(carona));
    responses.onCompleted();
  }
}
