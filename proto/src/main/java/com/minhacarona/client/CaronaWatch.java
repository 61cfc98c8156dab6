package com.minhacarona.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingV2Stub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Atualizacao;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows rides until it is closed. When the stream ends because a server drains, breaks or falls
 * silent, opens another one and sends the versions that it knows, so that the listener gets nothing
 * twice.
 */
public final class CaronaWatch implements AutoCloseable {
  /** Three times the longest silence of a server. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** The number of rides that one stream may follow. */
  private static final int MAX_KNOWN = 10_000;

  /**
   * As many as fit into a request of 64 KiB. The server repeats the rest, which is filtered out.
   */
  private static final int MAX_KNOWN_SENT = 1_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final CaronaServiceBlockingV2Stub stub;
  private final Proof proof;
  private final Assinar caronas;
  private final Listener listener;
  private final Thread thread;

  /** The newest version of each ride that the listener got, in the order in which it got them. */
  private final SequencedMap<String, Long> known = new LinkedHashMap<>();

  /** The next stream, if the last one was refused and another token may mend that. */
  private Optional<Proof.Attempt> second = Optional.empty();

  private volatile boolean closed;

  /** Receives the states of rides, on one thread. */
  public interface Listener {

    /**
     * Receives the state of a ride, at first and after each change. An older one comes again only
     * when the service's table was restored to an earlier time.
     */
    void changed(Carona carona);

    /** Called after the first states of all rides, and again after each interruption. */
    default void synced() {}

    /**
     * Called when the watch ends because of a failure.
     *
     * @param cause {@link RefusedException} when the caller may not follow the rides, or another
     *     failure that a new try would not solve
     */
    void failed(RuntimeException cause);
  }

  private CaronaWatch(
      CaronaServiceBlockingV2Stub stub, Proof proof, Assinar caronas, Listener listener) {
    this.stub = stub;
    this.proof = proof;
    this.caronas = caronas;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("carona-watch").unstarted(this::run);
  }

  static CaronaWatch start(
      CaronaServiceBlockingV2Stub stub, Proof proof, Assinar caronas, Listener listener) {
    CaronaWatch watch = new CaronaWatch(stub, proof, caronas, listener);
    watch.thread.start();
    return watch;
  }

  /** Ends the watch. The listener gets nothing after this. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (!Thread.currentThread().equals(thread)) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      try {
        if (follow()) {
          pause = FIRST_PAUSE;
        }
        Thread.sleep(ThreadLocalRandom.current().nextLong(pause.toMillis()));
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          listener.failed(e);
        }
        return;
      }
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
    }
  }

  /** Follows one stream to its end. Returns true when the first states of all rides came. */
  private boolean follow() throws InterruptedException {
    Proof.Attempt attempt = second.orElseGet(proof::longAttempt);
    second = Optional.empty();
    BlockingClientCall<CaronaUpdateRequest, CaronaUpdateResponse> call =
        attempt.on(stub).streamCaronasUpdates();
    boolean synced = false;
    try {
      call.write(request());
      call.halfClose();
      CaronaUpdateResponse response;
      while ((response = call.read(SILENCE.toSeconds(), TimeUnit.SECONDS)) != null) {
        switch (response.getEventoCase()) {
          case ATUALIZACAO -> tell(response.getAtualizacao());
          case RESULTADO -> check(response.getResultado());
          case SINCRONIZADO -> {
            synced = true;
            attempt.accepted();
            listener.synced();
          }
          case BATIMENTO, ENCERRANDO, EVENTO_NOT_SET -> {
            // A heartbeat, or an announcement that the stream ends soon, needs no answer.
          }
        }
      }
    } catch (TimeoutException _) {
      // The server is dead or cannot be reached, so the caller opens another stream.
    } catch (StatusException e) {
      RuntimeException refusal =
          RefusedException.of(e.getStatus().asRuntimeException(e.getTrailers()));
      second = attempt.next(e.getStatus());
      if (second.isEmpty() && !passes(e.getStatus(), refusal)) {
        throw refusal;
      }
    } finally {
      call.cancel("over", null);
    }
    return synced;
  }

  private CaronaUpdateRequest request() {
    Assinar.Builder assinar = caronas.toBuilder();
    known.reversed().entrySet().stream()
        .limit(MAX_KNOWN_SENT)
        .forEach(carona -> assinar.putVersoesConhecidas(carona.getKey(), carona.getValue()));
    return CaronaUpdateRequest.newBuilder().setAssinar(assinar).build();
  }

  /**
   * Passes on what is newer than what is known. An initial state is read when the stream begins to
   * follow. If it is older, the table was restored, and what is known is not true any more.
   */
  private void tell(Atualizacao atualizacao) {
    Carona carona = atualizacao.getCarona();
    long has = known.getOrDefault(carona.getId(), 0L);
    if (has < carona.getVersao() || (atualizacao.getInicial() && has > carona.getVersao())) {
      known.putLast(carona.getId(), carona.getVersao());
      if (known.size() > MAX_KNOWN) {
        known.pollFirstEntry();
      }
      listener.changed(carona);
    }
  }

  /** Whether another stream may succeed a moment later. */
  private static boolean passes(Status status, RuntimeException refusal) {
    return status.getCode() == Status.Code.UNAVAILABLE
        || (refusal instanceof RefusedException refused && refused.reason().equals("SOBRECARGA"));
  }

  /** Treats a refused command like a refused stream. */
  private static void check(Resultado resultado) throws StatusException {
    if (resultado.getCodigo() != Status.Code.OK.value()) {
      throw StatusProto.toStatusException(
          com.google.rpc.Status.newBuilder()
              .setCode(resultado.getCodigo())
              .setMessage(resultado.getMensagem())
              .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(resultado.getMotivo()).build()))
              .build());
    }
  }
}
