package com.minhacarona.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingV2Stub;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CaronaUpdateResponse;
import com.minhacarona.v1.CaronaUpdateResponse.Resultado;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows rides until it is closed. When its stream ends, because a server drains, breaks or falls
 * silent, it opens another one and says what it has, so that nothing is told twice.
 */
public final class CaronaWatch implements AutoCloseable {
  /** Three times as long as a server is ever silent. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** As many rides as a stream follows. */
  private static final int MAX_KNOWN = 10_000;

  /** What fits into a request of 64 KiB; the rest is told again, and not passed on. */
  private static final int MAX_KNOWN_SENT = 1_000;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final CaronaServiceBlockingV2Stub stub;
  private final Assinar caronas;
  private final Listener listener;
  private final Thread thread;

  /** The newest state told of each ride, the last one told at the end. */
  private final SequencedMap<String, Long> known = new LinkedHashMap<>();

  private volatile boolean closed;

  /** Who is told; by one thread. */
  public interface Listener {

    /** A ride's state: at first, and after each change. Never one older than what was told. */
    void changed(Carona carona);

    /** Every ride that was there has been told; again after each interruption. */
    default void synced() {}

    /**
     * The watch is over.
     *
     * @param cause {@link RefusedException} when the rides may not be followed, or another failure
     *     that trying again would not mend
     */
    void failed(RuntimeException cause);
  }

  private CaronaWatch(CaronaServiceBlockingV2Stub stub, Assinar caronas, Listener listener) {
    this.stub = stub;
    this.caronas = caronas;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("carona-watch").unstarted(this::run);
  }

  static CaronaWatch start(CaronaServiceBlockingV2Stub stub, Assinar caronas, Listener listener) {
    CaronaWatch watch = new CaronaWatch(stub, caronas, listener);
    watch.thread.start();
    return watch;
  }

  /** Nobody is told anything after this. */
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

  /** Follows on one stream to its end; true when it told everything that was there. */
  private boolean follow() throws InterruptedException {
    BlockingClientCall<CaronaUpdateRequest, CaronaUpdateResponse> call =
        stub.streamCaronasUpdates();
    boolean synced = false;
    try {
      call.write(request());
      call.halfClose();
      CaronaUpdateResponse response;
      while ((response = call.read(SILENCE.toSeconds(), TimeUnit.SECONDS)) != null) {
        switch (response.getEventoCase()) {
          case ATUALIZACAO -> tell(response.getAtualizacao().getCarona());
          case RESULTADO -> check(response.getResultado());
          case SINCRONIZADO -> {
            synced = true;
            listener.synced();
          }
          case BATIMENTO, ENCERRANDO, EVENTO_NOT_SET -> {
            // The stream lives, or is about to end by itself.
          }
        }
      }
    } catch (TimeoutException _) {
      // The server is dead, or out of reach.
    } catch (StatusException e) {
      RuntimeException refusal =
          RefusedException.of(e.getStatus().asRuntimeException(e.getTrailers()));
      if (!passes(e.getStatus(), refusal)) {
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

  private void tell(Carona carona) {
    if (known.getOrDefault(carona.getId(), 0L) < carona.getVersao()) {
      known.putLast(carona.getId(), carona.getVersao());
      if (known.size() > MAX_KNOWN) {
        known.pollFirstEntry();
      }
      listener.changed(carona);
    }
  }

  /** Whether another stream may fare better, a moment later. */
  private static boolean passes(Status status, RuntimeException refusal) {
    return status.getCode() == Status.Code.UNAVAILABLE
        || (refusal instanceof RefusedException refused && refused.reason().equals("SOBRECARGA"));
  }

  /** A stream whose command was refused is like one that was refused. */
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
