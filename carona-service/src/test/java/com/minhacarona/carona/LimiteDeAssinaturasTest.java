package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import com.google.rpc.ErrorInfo;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * To repeat the call does not help, so nothing may tell a client to do so, although clients repeat
 * what ends with this status as soon as an answer says when.
 */
class LimiteDeAssinaturasTest {

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(Refusals.limiteDeCaronas(), "10000"),
        Arguments.of(Refusals.limiteDeCondominios(), "8"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aStreamThatEndsWithIt_namesTheLimit_andNoTimeToRepeatTheCall(
      StatusRuntimeException refusal, String limite) {
    try (TestServer server =
        TestServer.inProcess(
            TestServer.NO_STORE, Echo.module((_, responses) -> responses.onError(refusal)))) {
      StatusRuntimeException ended =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  ClientCalls.blockingServerStreamingCall(
                          server.channel(),
                          Echo.STREAM,
                          CallOptions.DEFAULT,
                          StringValue.getDefaultInstance())
                      .hasNext());
      Refused refused =
          Refused.of(ended)
              .as(Code.RESOURCE_EXHAUSTED, "LIMITE_DE_ASSINATURAS")
              .with(Map.of("limite", limite));
      assertThat(refused.hasPushback()).isFalse();
      assertThat(StatusProto.fromThrowable(ended).getDetailsList())
          .as("no RetryInfo")
          .extracting(Any::getTypeUrl)
          .containsExactly(Any.pack(ErrorInfo.getDefaultInstance()).getTypeUrl());
    }
  }
}
