package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.runtime.testing.WithinDeadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final io.grpc.MethodDescriptor<?, ?> POLL =
      Echo.METHOD.toBuilder().setFullMethodName("test.Echo/Poll").build();

  private final AtomicLong now = new AtomicLong(1);
  private final Admission admission =
      new Admission(Set.of(POLL), 20, true, new SimpleMeterRegistry(), now::get);

  @BeforeEach
  void isWarm() {
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));
  }

  @Test
  void polling_cannotTakeWhatOthersNeed() {
    List<Admission.Permit> polls =
        Stream.iterate(admission.admit(POLL), Optional::isPresent, _ -> admission.admit(POLL))
            .map(Optional::orElseThrow)
            .toList();
    assertThat(polls).as("half of the connections").hasSize(10);
    assertThat(admission.admit(Echo.METHOD)).isPresent();
    polls.getFirst().release(Status.OK);
    assertThat(admission.admit(POLL)).isPresent();
  }

  @Test
  void aPermit_isGivenBack_howeverTheCallEnded() {
    for (Status.Code code : Status.Code.values()) {
      for (int i = 0; i < 100; i++) {
        Admission.Permit permit = admission.admit(Echo.METHOD).orElseThrow();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        permit.release(code.toStatus());
      }
    }
  }

  @Test
  void aStream_hasALimitOfItsOwn() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(admission.admit(Echo.STREAM)).isPresent();
    }
    assertThat(admission.admit(Echo.STREAM)).isEmpty();
    assertThat(admission.admit(Echo.METHOD)).isPresent();
  }

  @Test
  void aCallThatWouldNotBeAnsweredInTime_isRefusedAtOnce() {
    take(TimeUnit.MILLISECONDS.toNanos(200));
    assertTooLate(50);
    admit(150);
    now.addAndGet(TimeUnit.SECONDS.toNanos(2));
    admit(50);
  }

  private void take(long nanos) {
    Admission.Permit permit = admission.admit(Echo.METHOD).orElseThrow();
    now.addAndGet(nanos);
    permit.release(Status.OK);
  }

  private void admit(long deadlineMillis) {
    within(deadlineMillis, () -> assertThat(admission.admit(Echo.METHOD)).isPresent());
  }

  private void assertTooLate(long deadlineMillis) {
    within(
        deadlineMillis,
        () ->
            assertThatThrownBy(() -> admission.admit(Echo.METHOD))
                .isInstanceOfSatisfying(
                    StatusRuntimeException.class,
                    e ->
                        assertThat(e.getStatus().getCode())
                            .isEqualTo(Status.Code.DEADLINE_EXCEEDED)));
  }

  private static void within(long deadlineMillis, Runnable assertion) {
    TestServer.unchecked(() -> WithinDeadline.run(deadlineMillis, Executors.callable(assertion)));
  }
}
