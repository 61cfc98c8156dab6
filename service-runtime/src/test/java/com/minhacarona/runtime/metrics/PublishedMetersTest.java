package com.minhacarona.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.dynamodb.DynamoDbMetrics;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.interceptors.CallMeters;
import io.grpc.Status;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registers meters behind the filter, and looks which series there are. */
class PublishedMetersTest {
  /** The kind of every status. A status that a later gRPC adds fails the test. */
  private static final Map<Status.Code, String> KINDS = new EnumMap<>(Status.Code.class);

  static {
    KINDS.put(Status.Code.OK, "answered");
    for (Status.Code failure :
        List.of(
            Status.Code.INTERNAL,
            Status.Code.UNKNOWN,
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.DATA_LOSS,
            Status.Code.UNIMPLEMENTED,
            Status.Code.RESOURCE_EXHAUSTED)) {
      KINDS.put(failure, "failed");
    }
    for (Status.Code refusal :
        List.of(
            Status.Code.CANCELLED,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.ALREADY_EXISTS,
            Status.Code.PERMISSION_DENIED,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.ABORTED,
            Status.Code.OUT_OF_RANGE,
            Status.Code.UNAUTHENTICATED)) {
      KINDS.put(refusal, "refused");
    }
  }

  private final MeterRegistry meters = new SimpleMeterRegistry();

  @BeforeEach
  void filter() {
    meters.config().meterFilter(new PublishedMeters(Set.of("Timed"), Set.of("bookings.outcome")));
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void ended_withAStatus_isSummedByItsKind(Status.Code status) {
    for (String method : List.of("Timed", "Other")) {
      meters.counter(CallMeters.ENDED, "method", method, "status", status.name()).increment();
    }
    assertThat(series()).containsExactly(CallMeters.ENDED + " status=" + KINDS.get(status));
    assertThat(meters.get(CallMeters.ENDED).counter().count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CallMeters.STARTED,
        CallMeters.SHED,
        DynamoDbMetrics.DURATION,
        DynamoDbMetrics.CONSUMED,
        DynamoDbMetrics.THROTTLED,
        Transactions.CONFLICTS,
        "auth.refused"
      })
  void countedByMethodOrOperation_isSummedOverAll(String name) {
    meters.counter(name, "method", "Timed").increment();
    meters.counter(name, "operation", "GetItem", "table", "t").increment();
    assertThat(series()).containsExactly(name);
    assertThat(meters.get(name).counter().count()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void duration_isPublished_ofTimedMethodsThatAnswered(Status.Code status) {
    for (String method : List.of("Timed", "Other")) {
      meters.timer(CallMeters.DURATION, "method", method, "status", status.name());
    }
    if (status == Status.Code.OK) {
      assertThat(series())
          .contains(CallMeters.DURATION + " method=Timed status=OK")
          .noneMatch(series -> series.contains("Other"));
    } else {
      assertThat(series()).isEmpty();
    }
  }

  @Test
  void duration_ofATimedMethod_hasThreePercentiles() {
    meters.timer(CallMeters.DURATION, "method", "Timed", "status", "OK");
    assertThat(series())
        .filteredOn(series -> series.contains("phi="))
        .extracting(series -> series.replaceAll(".*phi=([0-9.]+).*", "$1"))
        .containsExactlyInAnyOrder("0.5", "0.9", "0.99");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CallMeters.ACTIVE_STREAMS,
        "jvm.memory.usage.after.gc",
        "jvm.gc.overhead",
        "jvm.threads.live",
        "process.cpu.usage",
        "netty.direct.used",
        "tls.certificate.expiry",
        "bookings.outcome"
      })
  void namedMeters_keepTheirTags(String name) {
    meters.gauge(name, Tags.of("a", "1"), 1);
    meters.gauge(name, Tags.of("a", "2"), 1);
    assertThat(series()).containsExactly(name + " a=1", name + " a=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jvm.buffer.count", "bookings.attempts", "grpc.server.call.other"})
  void everyOtherMeter_isNotPublished(String name) {
    meters.counter(name).increment();
    assertThat(series()).isEmpty();
  }

  private Set<String> series() {
    Set<String> series = new TreeSet<>();
    for (Meter meter : meters.getMeters()) {
      StringBuilder one = new StringBuilder(meter.getId().getName());
      meter
          .getId()
          .getTags()
          .forEach(tag -> one.append(' ').append(tag.getKey()).append('=').append(tag.getValue()));
      series.add(one.toString());
    }
    return series;
  }
}
