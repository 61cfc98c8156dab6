package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.testing.Echo;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that find no place, step by step: patience ends when the test ends it. */
class WaitingCallsTest {
  private static final MethodDescriptor<?, ?> POLL =
      Echo.METHOD.toBuilder().setFullMethodName("test.Echo/Poll").build();

  /** The default of the store's connections. */
  private static final int CONNECTIONS = 256;

  private final AtomicLong now = new AtomicLong(1);
  private final List<Patience> patiences = new ArrayList<>();
  private final Queue<WorkPermits.Permit> admitted = new ArrayDeque<>();
  private final List<StatusRuntimeException> refused = new ArrayList<>();
  private final Admission admission =
      new Admission(
          Set.of(POLL.getFullMethodName()),
          CONNECTIONS,
          false,
          new SimpleMeterRegistry(),
          now::get,
          this::later);

  private record Patience(Runnable end, long nanos, CompletableFuture<Void> cancelled) {}

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void burstOfOneAddress_atAnIdleTask_isAnsweredAsAWhole(boolean poll) {
    for (int i = 0; i < 400; i++) {
      ask(poll ? POLL : Echo.METHOD, 1);
    }
    assertThat(admitted).as("three quarters of a half").hasSize(96);
    for (int answered = 0; answered < 400; answered++) {
      admitted.remove().release(Status.OK);
    }
    assertThat(admitted).isEmpty();
    assertThat(refused).isEmpty();
    assertThat(patiences).hasSize(304).allMatch(patience -> patience.cancelled.isCancelled());
  }

  @Test
  void calls_waitAQuarterOfWhatTheyHave_untilOneIsRefused() {
    fill();
    ask(Echo.METHOD, 1);
    assertThat(patiences.getLast().nanos)
        .isEqualTo(CallLimits.UNARY_DEADLINE.toNanos() / Admission.PART_TO_WAIT);
    waitInVain();
    assertThat(refused)
        .singleElement()
        .satisfies(refusal ->
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));

    ask(Echo.METHOD, 1);
    assertThat(patiences.getLast().nanos).isEqualTo(WorkLimit.PATIENCE_IN_OVERLOAD);
    now.addAndGet(WorkLimit.OVERLOAD);
    ask(Echo.METHOD, 1);
    assertThat(patiences.getLast().nanos).isGreaterThan(WorkLimit.PATIENCE_IN_OVERLOAD);
  }

  @Test
  void lineIsBounded() {
    fill();
    for (int i = 0; i < WorkLimit.MAX_WAITING; i++) {
      ask(Echo.METHOD, 1);
    }
    assertThat(refused).isEmpty();
    ask(Echo.METHOD, 1);
    assertThat(refused).hasSize(1);
  }

  @Test
  void placeThatIsFree_goesToTheFirst_whoseAddressMayHaveIt() {
    List<WorkPermits.Permit> first = fill();
    ask(Echo.METHOD, 1);
    ask(Echo.METHOD, 1);
    ask(Echo.METHOD, 2);
    assertThat(admitted).as("of the reserve, for few calls").hasSize(1);
    first.getFirst().release(Status.OK);
    assertThat(admitted).as("the reserve is not for the first address").hasSize(1);
    first.get(1).release(Status.OK);
    assertThat(admitted).hasSize(2);
  }

  @Test
  void callThatWasRefused_getsNoPlaceAfterwards() {
    List<WorkPermits.Permit> first = fill();
    ask(Echo.METHOD, 1);
    waitInVain();
    first.forEach(permit -> permit.release(Status.OK));
    assertThat(admitted).isEmpty();
    assertThat(refused).hasSize(1);
    patiences.getLast().end.run();
    assertThat(refused).hasSize(1);
  }

  @Test
  void callWithHardlyAnyTime_isRefused_andIsNoSignOfOverload() {
    fill();
    ask(Echo.METHOD, 1);
    now.addAndGet(WorkLimit.PATIENCE_IN_OVERLOAD - 1);
    patiences.getLast().end.run();
    assertThat(refused).hasSize(1);
    ask(Echo.METHOD, 1);
    assertThat(patiences.getLast().nanos).isGreaterThan(WorkLimit.PATIENCE_IN_OVERLOAD);
  }

  @Test
  void callThatEnds_leavesTheLine_andHearsNothing() {
    List<WorkPermits.Permit> first = fill();
    Runnable withdraw =
        admission.admit(AdmissionTest.call(Echo.METHOD, 1), admitted::add, refused::add);
    assertThat(admission.waiting()).isOne();
    withdraw.run();
    assertThat(admission.waiting()).isZero();
    assertThat(patiences.getLast().cancelled).isCancelled();
    patiences.getLast().end.run();
    first.forEach(permit -> permit.release(Status.OK));
    withdraw.run();
    assertThat(admitted).isEmpty();
    assertThat(refused).isEmpty();
  }

  /** Takes all places that an address gets. */
  private List<WorkPermits.Permit> fill() {
    while (patiences.isEmpty()) {
      ask(Echo.METHOD, 1);
    }
    waitInVain();
    refused.clear();
    now.addAndGet(WorkLimit.OVERLOAD);
    List<WorkPermits.Permit> all = List.copyOf(admitted);
    admitted.clear();
    return all;
  }

  private void ask(MethodDescriptor<?, ?> method, int peer) {
    var _ = admission.admit(AdmissionTest.call(method, peer), admitted::add, refused::add);
  }

  private void waitInVain() {
    now.addAndGet(WorkLimit.PATIENCE_IN_OVERLOAD);
    patiences.getLast().end.run();
  }

  private Future<?> later(Runnable end, long nanos) {
    Patience patience = new Patience(end, nanos, new CompletableFuture<>());
    patiences.add(patience);
    return patience.cancelled;
  }
}
