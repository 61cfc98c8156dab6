package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.call.WorkPermits;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.runtime.testing.WithinDeadline;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final MethodDescriptor<?, ?> POLL =
      Echo.METHOD.toBuilder().setFullMethodName("test.Echo/Poll").build();

  private final AtomicLong now = new AtomicLong(1);
  private final Admission admission = admission(Set.of(POLL.getFullMethodName()), 20);

  @BeforeEach
  void isWarm() {
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));
  }

  @Test
  void polling_cannotTakeWhatOthersNeed() {
    List<WorkPermits.Permit> polls = new ArrayList<>(fill(POLL, 1));
    polls.addAll(fill(POLL, 2));
    polls.addAll(fill(POLL, 3));
    assertThat(polls).as("half of the connections").hasSize(10);
    assertThat(admit(admission, call(Echo.METHOD))).isPresent();
    polls.getFirst().release(Status.OK);
    assertThat(admit(admission, call(POLL, 4))).isPresent();
  }

  @Test
  void burstOfOneAddress_leavesRoomForOthers() {
    List<WorkPermits.Permit> burst = fill(Echo.METHOD, 1);
    assertThat(burst).as("three quarters, rounded up").hasSize(8);
    assertThat(fill(Echo.METHOD, 2)).as("few").hasSize(1);
    assertThat(fill(Echo.METHOD, 3)).as("few").hasSize(1);
    assertThat(admit(admission, call(Echo.METHOD, 4))).as("all are taken").isEmpty();

    burst.getFirst().release(Status.OK);

    assertThat(admit(admission, call(Echo.METHOD, 1))).as("what others left").isEmpty();
    assertThat(admit(admission, call(Echo.METHOD, 4))).isPresent();
  }

  @Test
  void burstOfOneAddress_whenTheLimitIsLow_leavesRoomForOneCall() {
    Admission small = admission(Set.of(), 4);
    assertThat(fill(small, Echo.METHOD, 1)).hasSize(3);
    assertThat(fill(small, Echo.METHOD, 2)).hasSize(1);
    Admission one = admission(Set.of(), 1);
    assertThat(fill(one, Echo.METHOD, 1)).hasSize(1);
  }

  @Test
  void workWithoutACaller_getsHalf_andNoneOfTheLastPlaces() {
    assertThat(work()).as("half of ten").hasSize(5);
    assertThat(fill(Echo.METHOD, 1)).as("the rest of three quarters").hasSize(3);
    assertThat(fill(Echo.METHOD, 2)).as("few").hasSize(1);
  }

  @Test
  void workWithoutACaller_waits_whileCallersNeedAllPlaces() {
    List<WorkPermits.Permit> burst = fill(Echo.METHOD, 1);
    assertThat(admission.tryAcquire()).isEmpty();
    burst.getFirst().release(Status.OK);
    WorkPermits.Permit permit = admission.tryAcquire().orElseThrow();
    assertThat(admission.tryAcquire()).isEmpty();
    permit.release(Status.OK);
    assertThat(admission.tryAcquire()).isPresent();
  }

  @Test
  void workWithoutACaller_whenTheLimitIsLow_getsOnePlace() {
    Admission one = admission(Set.of(), 1);
    assertThat(one.tryAcquire()).isPresent();
    assertThat(one.tryAcquire()).isEmpty();
    assertThat(admit(one, call(Echo.METHOD))).isEmpty();
  }

  /** All permits that work without a caller gets. */
  private List<WorkPermits.Permit> work() {
    return Stream.generate(admission::tryAcquire)
        .takeWhile(Optional::isPresent)
        .map(Optional::orElseThrow)
        .toList();
  }

  @Test
  void places_thatWereGivenBack_areNoLongerHeldByTheirAddress() {
    fill(Echo.METHOD, 1).forEach(permit -> permit.release(Status.OK));

    assertThat(fill(Echo.METHOD, 2)).hasSize(8);
    assertThat(fill(Echo.METHOD, 1)).as("few").hasSize(1);
  }

  @Test
  void aPermit_isGivenBack_howeverTheCallEnded() {
    for (Status.Code code : Status.Code.values()) {
      for (int i = 0; i < 100; i++) {
        WorkPermits.Permit permit = admit(admission, call(Echo.METHOD)).orElseThrow();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        permit.release(code.toStatus());
        admission.tryAcquire().orElseThrow().release(code.toStatus());
      }
    }
  }

  @Test
  void streams_haveALimitOfTheirOwn_ofWhichAPeerGetsHalf() {
    for (int i = 0; i < Admission.MAX_STREAMS_OF_A_PEER; i++) {
      assertThat(admit(admission, call(Echo.STREAM, 1))).isPresent();
    }
    assertThat(admit(admission, call(Echo.STREAM, 1))).isEmpty();
    for (int i = Admission.MAX_STREAMS_OF_A_PEER; i < Admission.MAX_STREAMS; i++) {
      assertThat(admit(admission, call(Echo.STREAM, 2))).isPresent();
    }
    assertThat(admit(admission, call(Echo.STREAM, 3))).isEmpty();
    assertThat(admit(admission, call(Echo.METHOD))).isPresent();
  }

  @Test
  void aCallThatWouldNotBeAnsweredInTime_isRefusedAtOnce() {
    take(TimeUnit.MILLISECONDS.toNanos(200));
    assertTooLate(50);
    admit(150);
    now.addAndGet(TimeUnit.SECONDS.toNanos(2));
    admit(50);
  }

  private Admission admission(Set<String> polling, int connections) {
    return new Admission(
        polling, connections, true, new SimpleMeterRegistry(), now::get, AdmissionTest::atOnce);
  }

  /** Nobody waits. */
  private static Future<?> atOnce(Runnable task, long nanos) {
    task.run();
    return CompletableFuture.completedFuture(null);
  }

  private static Optional<WorkPermits.Permit> admit(Admission admission, ServerCall<?, ?> call) {
    AtomicReference<Optional<WorkPermits.Permit>> admitted =
        new AtomicReference<>(Optional.empty());
    var _ =
        admission.admit(
            call,
            permit -> admitted.set(Optional.of(permit)),
            refusal -> {
              if (refusal.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                throw refusal;
              }
            });
    return admitted.get();
  }

  /** All permits that one address gets. */
  private List<WorkPermits.Permit> fill(MethodDescriptor<?, ?> method, int peer) {
    return fill(admission, method, peer);
  }

  private static List<WorkPermits.Permit> fill(
      Admission admission, MethodDescriptor<?, ?> method, int peer) {
    return Stream.generate(() -> admit(admission, call(method, peer)))
        .takeWhile(Optional::isPresent)
        .map(Optional::orElseThrow)
        .toList();
  }

  private void take(long nanos) {
    WorkPermits.Permit permit = admit(admission, call(Echo.METHOD)).orElseThrow();
    now.addAndGet(nanos);
    permit.release(Status.OK);
  }

  private void admit(long deadlineMillis) {
    within(deadlineMillis, () -> assertThat(admit(admission, call(Echo.METHOD))).isPresent());
  }

  private void assertTooLate(long deadlineMillis) {
    within(
        deadlineMillis,
        () ->
            assertThatThrownBy(() -> admit(admission, call(Echo.METHOD)))
                .isInstanceOfSatisfying(
                    StatusRuntimeException.class,
                    e ->
                        assertThat(e.getStatus().getCode())
                            .isEqualTo(Status.Code.DEADLINE_EXCEEDED)));
  }

  private static void within(long deadlineMillis, Runnable assertion) {
    TestServer.unchecked(() -> WithinDeadline.run(deadlineMillis, Executors.callable(assertion)));
  }

  private static ServerCall<?, ?> call(MethodDescriptor<?, ?> method) {
    return call(method, 1);
  }

  /** A call of which only the method and the address of the peer matter. */
  static <ReqT, RespT> ServerCall<ReqT, RespT> call(
      MethodDescriptor<ReqT, RespT> method, int peer) {
    return new ServerCall<>() {
      @Override
      public Attributes getAttributes() {
        return Attributes.newBuilder()
            .set(
                Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
                new InetSocketAddress("127.0.0.%s".formatted(peer), 1))
            .build();
      }

      @Override
      public MethodDescriptor<ReqT, RespT> getMethodDescriptor() {
        return method;
      }

      @Override
      public boolean isCancelled() {
        return false;
      }

      @Override
      public void request(int messages) {}

      @Override
      public void sendHeaders(Metadata headers) {}

      @Override
      public void sendMessage(RespT message) {}

      @Override
      public void close(Status status, Metadata trailers) {}
    };
  }
}
