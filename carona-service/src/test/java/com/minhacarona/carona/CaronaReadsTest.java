package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbMetrics;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.WriteFate;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller of a read is told when the store does not answer, or not well. */
@Tag("dynamodb")
class CaronaReadsTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  private static final int MORE_THAN_ALL_ATTEMPTS = 6;

  private final CaronaItem carona =
      Examples.carona(
          UUID.randomUUID().toString(),
          Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));

  /** The reads of the service, each by the operation that it asks DynamoDB for. */
  enum Read {
    GET_CARONA("GetItem"),
    CHECK_VAGAS("GetItem"),
    LIST_POSITIONS("Query"),
    LIST_CARONAS("BatchGetItem");

    private final String operation;

    Read(String operation) {
      this.operation = operation;
    }
  }

  static Stream<Arguments> throttled() {
    return Stream.of(Read.values())
        .flatMap(read ->
            Stream.of(WriteFate.THROTTLED, WriteFate.PROVISIONED_THROUGHPUT_EXCEEDED)
                .map(fate -> arguments(read, fate)));
  }

  static Stream<Arguments> noAnswer() {
    return Stream.of(Read.values())
        .flatMap(read ->
            Stream.of(
                    WriteFate.LOST,
                    WriteFate.UNAVAILABLE,
                    WriteFate.REFUSED_BY_A_PROXY,
                    WriteFate.BODY_CUT_OFF)
                .map(fate -> arguments(read, fate)));
  }

  @BeforeEach
  void aRide() {
    SERVICE.local.put(carona);
  }

  @ParameterizedTest
  @MethodSource("throttled")
  void aRead_throttledForGood_refusesWithSobrecarga_andIsCounted(Read read, WriteFate fate) {
    double before = throttledCalls(read);
    SERVICE.store.next(
        read.operation, WriteFate.of(Collections.nCopies(MORE_THAN_ALL_ATTEMPTS, fate)));
    Refused refused = Refused.by(() -> make(read));
    refused.as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    assertThat(refused.retryInfo().getRetryDelay().getSeconds()).isPositive();
    assertThat(throttledCalls(read) - before).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("noAnswer")
  void aRead_withoutAnAnswerForGood_refusesWithIndisponivel(Read read, WriteFate fate) {
    SERVICE.store.next(
        read.operation, WriteFate.of(Collections.nCopies(MORE_THAN_ALL_ATTEMPTS, fate)));
    Refused.by(() -> make(read)).as(Code.UNAVAILABLE, Errors.INDISPONIVEL);
  }

  @ParameterizedTest
  @MethodSource({"throttled", "noAnswer"})
  void aRead_inTroubleThatPasses_isAnswered(Read read, WriteFate fate) {
    SERVICE.store.next(read.operation, WriteFate.of(List.of(fate, fate)));
    make(read);
  }

  @ParameterizedTest
  @MethodSource("noAnswer")
  void aRead_throttledAndThenWithoutAnAnswer_refusesWithSobrecarga(Read read, WriteFate fate) {
    SERVICE.store.next(
        read.operation, WriteFate.of(List.of(WriteFate.THROTTLED, fate, fate, fate)));
    Refused.by(() -> make(read)).as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
  }

  private void make(Read read) {
    switch (read) {
      case GET_CARONA -> {
        var _ =
            SERVICE.stub.getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build());
      }
      case CHECK_VAGAS -> {
        var _ =
            SERVICE.stub.checkVagas(
                CheckVagasRequest.newBuilder()
                    .setCaronaId(carona.id())
                    .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                    .build());
      }
      case LIST_POSITIONS, LIST_CARONAS ->
          SERVICE
              .stub
              .listCaronasDisponiveis(
                  ListCaronasRequest.newBuilder().setCondominioId(carona.condominioId()).build())
              .forEachRemaining(_ -> {});
    }
  }

  private static double throttledCalls(Read read) {
    return SERVICE
        .server
        .instance(MeterRegistry.class)
        .counter(DynamoDbMetrics.THROTTLED, "operation", read.operation)
        .count();
  }
}
