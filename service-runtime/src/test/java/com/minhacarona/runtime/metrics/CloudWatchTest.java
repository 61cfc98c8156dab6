package com.minhacarona.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.testing.CloudWatch;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Receives meters like CloudWatch. */
class CloudWatchTest {
  @Test
  void whatWasMeasured_isPublishedOnceOnStop() throws Exception {
    try (CloudWatch cloudWatch = new CloudWatch()) {
      try (TestServer server =
          TestServer.netty(published(cloudWatch.endpoint()), Echo.module(Echo::say))) {
        for (int i = 0; i < 5; i++) {
          Echo.call(server.channel(), "oi");
        }
      }
      String tags = " environment=test service=echo";
      assertThat(cloudWatch.series())
          .containsEntry("grpc.server.call.started.count" + tags, 5.0)
          .containsEntry("grpc.server.call.ended.count" + tags + " status=answered", 5.0)
          .containsEntry(
              "grpc.server.call.duration.count environment=test method=Say service=echo status=OK",
              5.0)
          .containsKey("netty.direct.used.value" + tags);
      assertThat(cloudWatch.series().keySet())
          .as("what nobody asks for is not paid for")
          .noneMatch(series -> series.startsWith("jvm.buffer"));
    }
  }

  @Test
  void onlyTheMetricsThatAreNamed_arePublished_andOfPercentilesTheHighest() throws Exception {
    Set<String> names =
        Set.of("grpc.server.call.ended.count", "grpc.server.call.duration.percentile.value");
    try (CloudWatch cloudWatch = new CloudWatch()) {
      MetricsConfig config =
          new MetricsConfig(
              "echo",
              Optional.of("test"),
              "sa-east-1",
              Optional.of(cloudWatch.endpoint()),
              Optional.of(names));
      try (TestServer server = TestServer.netty(withMetrics(config), Echo.module(Echo::say))) {
        Echo.call(server.channel(), "oi");
      }
      assertThat(cloudWatch.series().keySet())
          .containsExactlyInAnyOrder(
              "grpc.server.call.ended.count environment=test service=echo status=answered",
              "grpc.server.call.duration.percentile.value environment=test method=Say phi=0.99"
                  + " service=echo status=OK");
    }
  }

  @Test
  void cloudWatchThatIsAway_isNotNoticed() throws Exception {
    try (TestServer server =
        TestServer.netty(published(URI.create("http://127.0.0.1:1")), Echo.module(Echo::say))) {
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    }
  }

  @Test
  void withoutAnEnvironment_nothingIsPublished() throws Exception {
    try (CloudWatch cloudWatch = new CloudWatch()) {
      var injector =
          TestServer.injector(
              withMetrics(
                  new MetricsConfig(
                      "echo", Optional.empty(), "none", Optional.of(cloudWatch.endpoint()))),
              Echo.module(Echo::say));
      injector.getInstance(MeterRegistry.class).counter("grpc.server.call.started").increment();
      injector.getInstance(MeterRegistry.class).close();
      assertThat(cloudWatch.requests()).isZero();
    }
  }

  private static ServiceConfig published(URI endpoint) {
    return withMetrics(
        new MetricsConfig("echo", Optional.of("test"), "sa-east-1", Optional.of(endpoint)));
  }

  private static ServiceConfig withMetrics(MetricsConfig metrics) {
    ServiceConfig config = TestServer.config(TestServer.NO_STORE);
    return new ServiceConfig(
        config.server(), config.auth(), config.dynamoDb(), metrics, config.tracing());
  }
}
