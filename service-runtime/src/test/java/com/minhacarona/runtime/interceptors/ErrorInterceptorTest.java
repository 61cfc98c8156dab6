package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

class ErrorInterceptorTest {
  @Test
  void anAnswer_passes() throws Exception {
    try (TestServer server = TestServer.inProcess(TestServer.NO_STORE, Echo.module(Echo::say))) {
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    }
  }

  @Test
  void aRefusal_passesWithItsDetails() throws Exception {
    refused(Errors.refusal(Code.NOT_FOUND, "NADA", "There is nothing", Map.of("id", "7")))
        .as(Code.NOT_FOUND, "NADA")
        .with(Map.of("id", "7"));
  }

  @Test
  void aSurprise_isInternalWithTheCallersTraceId() throws Exception {
    Metadata headers = new Metadata();
    headers.put(TraceId.HEADER, "Self=1-a-b;Root=1-67891233-abcdef012345678912345678;Sampled=1");
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((_, _) -> {
              throw new IllegalStateException("secret");
            }))) {
      var channel =
          io.grpc.ClientInterceptors.intercept(
              server.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
      Refused refused = Refused.by(() -> Echo.call(channel, "oi"));
      refused
          .as(Code.INTERNAL, Errors.ERRO_INTERNO)
          .with(Map.of("trace_id", "1-67891233-abcdef012345678912345678"));
      assertThat(refused.errorInfo().toString()).doesNotContain("secret");
    }
  }

  @Test
  void aSurpriseHandedToOnError_isInternal() throws Exception {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((_, responses) -> responses.onError(new Error("boom"))))) {
      Refused.by(() -> Echo.call(server.channel(), "oi")).as(Code.INTERNAL, Errors.ERRO_INTERNO);
    }
  }

  @Test
  void overload_tellsTheDelay() throws Exception {
    refused(Errors.throttled())
        .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA)
        .retryAfter(Duration.ofSeconds(1));
  }

  @Test
  void anErrorThatManyCallsShare_isChangedByNone() {
    StatusRuntimeException shared = Errors.shed();
    Set<String> keys = Set.copyOf(shared.getTrailers().keys());
    Echo.Behaviour throwsOrHandsIn =
        (request, responses) -> {
          if (request.getValue().equals("throw")) {
            throw shared;
          }
          responses.onError(shared);
        };
    // Only a real transport adds to trailers.
    try (TestServer server = TestServer.netty(TestServer.NO_STORE, Echo.module(throwsOrHandsIn))) {
      for (String way : List.of("throw", "hand in")) {
        Refused.by(() -> Echo.call(server.channel(), way))
            .as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
        assertThat(shared.getTrailers().keys()).as(way).isEqualTo(keys);
      }
    }
  }

  @Test
  void aLimitThatWaitingDoesNotLift_tellsNoDelay() throws Exception {
    Refused refused =
        refused(Errors.refusal(Code.RESOURCE_EXHAUSTED, "LIMITE", "Too many", Map.of()));
    assertThat(refused.hasPushback()).isFalse();
  }

  @Test
  void aStoreThatDoesNotUnderstandUs_isASurprise() throws Exception {
    refused(storeError(400, "ValidationException")).as(Code.INTERNAL, Errors.ERRO_INTERNO);
  }

  @Test
  void aPassedDeadline_isDeadlineExceeded() throws Exception {
    CountDownLatch passed = new CountDownLatch(1);
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((request, responses) -> {
              passed.await();
              Echo.say(request, responses);
            }))) {
      CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.MILLISECONDS);
      try {
        Echo.call(server.channel(), soon, "oi");
        throw new AssertionError("the call should have failed");
      } catch (io.grpc.StatusRuntimeException e) {
        assertThat(e.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
      } finally {
        passed.countDown();
      }
    }
  }

  private static Refused refused(RuntimeException thrown) throws Exception {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE,
            Echo.module((StringValue _, io.grpc.stub.StreamObserver<StringValue> _) -> {
              throw thrown;
            }))) {
      return Refused.by(() -> Echo.call(server.channel(), "oi"));
    }
  }

  private static DynamoDbException storeError(int status, String code) {
    return (DynamoDbException)
        DynamoDbException.builder()
            .statusCode(status)
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build();
  }
}
