package com.minhacarona.load;

import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceStub;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks for seats with a fixed number of calls in flight, each asked again as soon as it is
 * answered. What it measures is what client and service can do together.
 */
final class ClosedLoop {
  private static final long PATIENCE_SECONDS = 60;
  private static final int FIRST_SIZE = 1 << 14;

  private final List<Slot> slots = new ArrayList<>();
  private final long seconds;
  private final long[] sorted;

  private ClosedLoop(
      List<CaronaServiceStub> stubs, int inFlight, CheckVagasRequest request, Duration time)
      throws InterruptedException {
    this.seconds = time.toSeconds();
    CountDownLatch running = new CountDownLatch(inFlight);
    long end = System.nanoTime() + time.toNanos();
    for (int i = 0; i < inFlight; i++) {
      slots.add(new Slot(stubs.get(i % stubs.size()), request, end, running));
    }
    slots.forEach(Slot::call);
    if (!running.await(seconds + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a call has not ended");
    }
    for (Slot slot : slots) {
      if (slot.failure != null) {
        throw new IllegalStateException(slot.failure);
      }
    }
    sorted = slots.stream().flatMapToLong(Slot::latencies).sorted().toArray();
  }

  /** Returns when the time is over and all calls have ended; fails when one of them has failed. */
  static ClosedLoop run(
      List<CaronaServiceStub> stubs, int inFlight, CheckVagasRequest request, Duration time)
      throws InterruptedException {
    return new ClosedLoop(stubs, inFlight, request, time);
  }

  int calls() {
    return sorted.length;
  }

  double perSecond() {
    return (double) calls() / seconds;
  }

  /** Microseconds. */
  double percentile(int percent) {
    return sorted[(int) ((long) sorted.length * percent / 100)] / 1e3;
  }

  /** How many answers were read from the store for their call. */
  int fromStore() {
    return slots.stream().mapToInt(slot -> slot.fromStore).sum();
  }

  /** One call after the other. Its channel's thread alone touches it until it has ended. */
  private static final class Slot implements StreamObserver<CheckVagasResponse> {
    private final CaronaServiceStub stub;
    private final CheckVagasRequest request;
    private final long end;
    private final CountDownLatch running;
    private long[] latencies = new long[FIRST_SIZE];
    private int calls;
    private int fromStore;
    private long begun;
    private @Nullable Throwable failure;

    Slot(CaronaServiceStub stub, CheckVagasRequest request, long end, CountDownLatch running) {
      this.stub = stub;
      this.request = request;
      this.end = end;
      this.running = running;
    }

    void call() {
      begun = System.nanoTime();
      stub.checkVagas(request, this);
    }

    LongStream latencies() {
      return Arrays.stream(latencies, 0, calls);
    }

    @Override
    public void onNext(CheckVagasResponse answer) {
      if (answer.getIdade().getSeconds() == 0 && answer.getIdade().getNanos() == 0) {
        fromStore++;
      }
    }

    @Override
    public void onError(Throwable t) {
      failure = t;
      running.countDown();
    }

    @Override
    public void onCompleted() {
      long now = System.nanoTime();
      if (calls == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * calls);
      }
      latencies[calls++] = now - begun;
      if (now - end < 0) {
        call();
      } else {
        running.countDown();
      }
    }
  }
}
