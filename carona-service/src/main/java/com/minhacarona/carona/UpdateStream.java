package com.minhacarona.carona;

import static com.minhacarona.runtime.call.ProtoTimes.timestamp;

import com.minhacarona.runtime.call.ErrorTranslation;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Batimento;
import com.minhacarona.v1.CaronaUpdateResponse.Encerrando;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import com.minhacarona.v1.CaronaUpdateResponse.Sincronizado;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One call of {@code StreamCaronasUpdates}. Thread-safe: the call's own thread brings commands, the
 * feed's threads bring changes, a timer the time. No method waits for the client to read.
 */
final class UpdateStream implements StreamObserver<CaronaUpdateRequest> {
  /** As the contract says. */
  static final int MAX_CARONAS = 10_000;

  /** A client that asks and never reads is not heard further. */
  private static final int MAX_ANSWERS = 100;

  /** As the contract says. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  /** A few states: what is buffered below cannot be replaced by a newer state any more. */
  private static final int READY_BYTES = 4 * 1024;

  private final ServerCallStreamObserver<CaronaUpdateResponse> call;
  private final UpdateHub hub;
  private final UpdateCommands commands;
  private final UpdateMetrics metrics;
  private final Clock clock;
  private final Instant leavesAt;
  private final Followed followed = new Followed();
  private final Outbox outbox = new Outbox();
  private Instant lastSent;
  private boolean held;
  private boolean askForMore;
  private boolean over;

  /**
   * A stream.
   *
   * @param leavesAt when it sends its client elsewhere
   */
  UpdateStream(
      StreamObserver<CaronaUpdateResponse> responses,
      UpdateHub hub,
      UpdateCommands commands,
      UpdateMetrics metrics,
      Clock clock,
      Instant leavesAt) {
    this.call = (ServerCallStreamObserver<CaronaUpdateResponse>) responses;
    this.hub = hub;
    this.commands = commands;
    this.metrics = metrics;
    this.clock = clock;
    this.leavesAt = leavesAt;
    this.lastSent = clock.instant();
  }

  /** To be called by the service method, before it returns. */
  void open() {
    call.disableAutoRequest();
    call.setOnReadyThreshold(READY_BYTES);
    call.setOnReadyHandler(this::send);
    call.setOnCancelHandler(this::end);
    call.request(1);
  }

  @Override
  public void onNext(CaronaUpdateRequest request) {
    // An id that cannot be is not sent back: answers wait for the client, and must stay small.
    String comandoId = "";
    try {
      comandoId = CaronaProtos.comandoId(request);
      commands.carryOut(request, this);
    } catch (Throwable t) {
      refuse(comandoId, ErrorTranslation.of(t));
    }
    askForMore();
  }

  /** A client that half-closes keeps receiving. */
  @Override
  public void onCompleted() {}

  @Override
  public void onError(Throwable t) {
    end();
  }

  /**
   * Begins to follow. Nothing is sent until {@link #followed} or {@link #unfollow}: a state that
   * the feed repeats meanwhile may be older than one that this stream has sent.
   *
   * @param known what the client has already: only what is newer will be sent
   * @return what was not followed before
   */
  synchronized Subscription follow(Subscription subscription, Map<String, Long> known) {
    held = true;
    followed.know(known);
    Subscription added = followed.add(subscription);
    if (!over) {
      hub.follow(this, added);
    }
    return added;
  }

  /** Ends what {@link #follow} began: with the states that were there, and that they are all. */
  synchronized void followed(String comandoId, Collection<CaronaItem> present) {
    if (followed.sizeWith(present) > MAX_CARONAS) {
      throw Refusals.limiteDeAssinaturas();
    }
    accept(comandoId);
    for (CaronaItem carona : present) {
      Optional<Update> ahead = outbox.state(carona.id());
      outbox.remove(carona.id());
      if (followed.advance(carona)) {
        outbox.add(Update.initial(carona));
      } else {
        ahead.ifPresent(newer -> outbox.add(Update.initial(newer.carona())));
      }
    }
    outbox.add(
        CaronaUpdateResponse.newBuilder()
            .setSincronizado(Sincronizado.newBuilder().setComandoId(comandoId))
            .build());
    followed.forgetOthers();
    held = false;
    send();
  }

  synchronized void unfollow(Subscription subscription) {
    hub.unfollow(this, subscription);
    followed.remove(subscription);
    outbox.retain(followed::knows);
    held = false;
    send();
  }

  /** A state of a ride, which is sent unless the client has it or a newer one. */
  synchronized void offer(Update update) {
    if (over || !followed.advance(update.carona())) {
      return;
    }
    if (followed.sizeWith(Set.of()) > MAX_CARONAS) {
      fail(Refusals.limiteDeAssinaturas());
      return;
    }
    if (outbox.add(update)) {
      metrics.conflated();
    }
    send();
  }

  /** Says that a command was carried out. */
  synchronized void accept(String comandoId) {
    outbox.add(
        CaronaUpdateResponse.newBuilder()
            .setResultado(Resultado.newBuilder().setComandoId(comandoId))
            .build());
    send();
  }

  /** What time brings: a sign of life after a silence, and in the end the end. */
  synchronized void tick(Instant now) {
    if (over) {
      return;
    }
    if (leavesAt.isBefore(now)) {
      leave();
    } else if (call.isReady() && lastSent.plus(SILENCE).isBefore(now)) {
      // Load balancers do not see HTTP/2 pings: only data keeps a connection open.
      call.onNext(
          CaronaUpdateResponse.newBuilder()
              .setBatimento(Batimento.newBuilder().setEm(timestamp(now)))
              .build());
      lastSent = now;
    }
  }

  /** Tells the client to go elsewhere. What waits, it will read there. */
  synchronized void leave() {
    if (!over) {
      call.onNext(
          CaronaUpdateResponse.newBuilder().setEncerrando(Encerrando.getDefaultInstance()).build());
      call.onCompleted();
      end();
    }
  }

  /** Ends the call with an error. */
  synchronized void fail(Throwable cause) {
    if (!over) {
      call.onError(cause);
      end();
    }
  }

  /** The rides that the client has, or that wait for it. */
  synchronized Set<String> known() {
    return followed.known();
  }

  private synchronized void end() {
    over = true;
    hub.remove(this, followed.all());
  }

  private synchronized void refuse(String comandoId, StatusRuntimeException refusal) {
    Metadata trailers = Optional.ofNullable(refusal.getTrailers()).orElseGet(Metadata::new);
    outbox.add(
        CaronaUpdateResponse.newBuilder()
            .setResultado(
                Resultado.newBuilder()
                    .setComandoId(comandoId)
                    .setCodigo(refusal.getStatus().getCode().value())
                    .setMotivo(Errors.reason(refusal.getStatus(), trailers).orElse(""))
                    .setMensagem(
                        Optional.ofNullable(refusal.getStatus().getDescription()).orElse("")))
            .build());
  }

  private synchronized void askForMore() {
    askForMore = true;
    send();
  }

  /** Sends what waits while the client reads, and hears it while it does not ask too much. */
  private synchronized void send() {
    while (!over && !held && call.isReady()) {
      Optional<Outbox.Entry> next = outbox.poll();
      if (next.isEmpty()) {
        break;
      }
      call.onNext(next.get().message());
      lastSent = clock.instant();
      if (next.get() instanceof Outbox.State(var update) && !update.initial()) {
        metrics.sent(Duration.between(update.carona().atualizadaEm(), lastSent));
      }
    }
    if (!over && askForMore && outbox.answers() < MAX_ANSWERS) {
      askForMore = false;
      call.request(1);
    }
  }
}
