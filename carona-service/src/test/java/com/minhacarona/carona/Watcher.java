package com.minhacarona.carona;

import static org.awaitility.Awaitility.await;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;

/** A client of the update stream that keeps all that it is sent, and when. */
public final class Watcher
    implements ClientResponseObserver<CaronaUpdateRequest, CaronaUpdateResponse> {
  public final List<CaronaUpdateResponse> received = new CopyOnWriteArrayList<>();
  volatile Optional<Throwable> ended = Optional.empty();
  public volatile boolean completed;
  private final CountDownLatch end = new CountDownLatch(1);
  public ClientCallStreamObserver<CaronaUpdateRequest> requests;
  private final List<Receipt> receipts = new CopyOnWriteArrayList<>();
  private final boolean reading;

  private record Receipt(Carona carona, Instant at) {}

  private Watcher(boolean reading) {
    this.reading = reading;
  }

  public static Watcher open(CaronaServiceStub stub) {
    Watcher watcher = new Watcher(true);
    stub.streamCaronasUpdates(watcher);
    return watcher;
  }

  /** A client that reads nothing until it is told to. */
  public static Watcher openWithoutReading(CaronaServiceStub stub) {
    Watcher watcher = new Watcher(false);
    stub.streamCaronasUpdates(watcher);
    return watcher;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<CaronaUpdateRequest> stream) {
    requests = stream;
    if (!reading) {
      stream.disableAutoRequestWithInitial(0);
    }
  }

  @Override
  public void onNext(CaronaUpdateResponse value) {
    Instant now = Instant.now();
    received.add(value);
    if (value.hasAtualizacao() && !value.getAtualizacao().getInicial()) {
      receipts.add(new Receipt(value.getAtualizacao().getCarona(), now));
    }
  }

  @Override
  public void onError(Throwable t) {
    ended = Optional.of(t);
    end.countDown();
  }

  @Override
  public void onCompleted() {
    completed = true;
    end.countDown();
  }

  /** Waits for the end of the stream, of whatever kind; false if it has not come by then. */
  public boolean awaitEnd(Duration atMost) throws InterruptedException {
    return end.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  public Watcher follow(String comandoId, Assinar.Builder assinar) {
    requests.onNext(
        CaronaUpdateRequest.newBuilder().setComandoId(comandoId).setAssinar(assinar).build());
    return this;
  }

  public Watcher followCaronas(String... ids) {
    return follow("c1", Assinar.newBuilder().addAllCaronaIds(List.of(ids))).synced();
  }

  public Watcher followCondominio(String condominioId) {
    return follow("c1", Assinar.newBuilder().setCondominioId(condominioId)).synced();
  }

  public Watcher synced() {
    patiently().until(() -> received.stream().anyMatch(CaronaUpdateResponse::hasSincronizado));
    return this;
  }

  /** Thousands of watchers share a small machine with all that they watch. */
  private static ConditionFactory patiently() {
    return await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(2));
  }

  /** The states of a ride in the order in which they came. */
  public List<Carona> states(String caronaId) {
    return received.stream()
        .filter(CaronaUpdateResponse::hasAtualizacao)
        .map(r -> r.getAtualizacao().getCarona())
        .filter(c -> c.getId().equals(caronaId))
        .toList();
  }

  /** The times from the commit of each later state of a ride to its receipt, by one clock. */
  public List<Long> lagsMillis(String caronaId) {
    return receipts.stream()
        .filter(r -> r.carona.getId().equals(caronaId))
        .map(r ->
            r.at.toEpochMilli()
                - r.carona.getAtualizadaEm().getSeconds() * 1_000
                - r.carona.getAtualizadaEm().getNanos() / 1_000_000)
        .toList();
  }

  public List<Long> versions(String caronaId) {
    return states(caronaId).stream().map(Carona::getVersao).toList();
  }

  public void awaitVersion(String caronaId, long versao) {
    patiently().until(() -> versions(caronaId).contains(versao));
  }

  CaronaUpdateResponse.Resultado awaitResult(String comandoId) {
    patiently().until(() -> result(comandoId).isPresent());
    return result(comandoId).orElseThrow();
  }

  boolean hasResult(String comandoId) {
    return result(comandoId).isPresent();
  }

  private Optional<CaronaUpdateResponse.Resultado> result(String comandoId) {
    return received.stream()
        .filter(CaronaUpdateResponse::hasResultado)
        .map(CaronaUpdateResponse::getResultado)
        .filter(r -> r.getComandoId().equals(comandoId))
        .findFirst();
  }

  public Map<String, Long> known() {
    java.util.HashMap<String, Long> known = new java.util.HashMap<>();
    for (CaronaUpdateResponse response : received) {
      if (response.hasAtualizacao()) {
        Carona carona = response.getAtualizacao().getCarona();
        known.put(carona.getId(), carona.getVersao());
      }
    }
    return known;
  }
}
