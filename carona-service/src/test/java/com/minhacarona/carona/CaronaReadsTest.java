package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.DynamoDbMetrics;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.ReadCheck;
import com.minhacarona.runtime.testing.Refused;
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
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller of a read is told when the store does not answer, or not well. */
@Tag("dynamodb")
@Tag("soak")
class CaronaReadsTest {
  @RegisterExtension static final CaronaFixture SERVICE = new CaronaFixture();

  /** All sequences of three fates are 216 for each read, with pauses between their attempts. */
  private static final int OF_THREE = Boolean.getBoolean("soak") ? 60 : 0;

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

  @ParameterizedTest
  @EnumSource
  void aRead_underEveryFate_isToldWhatHappened(Read read) throws Exception {
    assertThat(ReadCheck.surprises(SERVICE.store, OF_THREE, () -> call(read))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ThrottlingException", "ProvisionedThroughputExceededException"})
  void aThrottledRead_isCountedEachTime_andSaysWhenToRetry(String type) {
    double before = throttledReads();
    SERVICE.store.next(
        "GetItem",
        Collections.nCopies(3, DynamoDbProxy.refusedAs(type)).toArray(DynamoDbProxy.Fate[]::new));
    Refused refused = Refused.by(call(Read.GET_CARONA).call()::run);
    refused.as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    assertThat(refused.retryInfo().getRetryDelay().getSeconds()).isPositive();
    assertThat(throttledReads() - before).isEqualTo(3);
  }

  /** A call on a ride, and in a condominium, of its own. */
  private static ReadCheck.Case call(Read read) {
    CaronaItem carona = newCarona();
    SERVICE.local.put(carona);
    return switch (read) {
      case GET_CARONA -> new ReadCheck.Case(read.operation, carona.id(), () -> get(carona));
      case CHECK_VAGAS -> new ReadCheck.Case(read.operation, carona.id(), () -> check(carona));
      case LIST_POSITIONS ->
          new ReadCheck.Case(read.operation, carona.condominioId(), () -> list(carona));
      case LIST_CARONAS -> new ReadCheck.Case(read.operation, carona.id(), () -> list(carona));
    };
  }

  private static CaronaItem newCarona() {
    CaronaItem example =
        Examples.carona(
            UUID.randomUUID().toString(),
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));
    return new CaronaItem(
        example.id(),
        UUID.randomUUID().toString(),
        example.motoristaId(),
        example.origem(),
        example.destino(),
        example.partida(),
        example.vagasTotal(),
        example.vagasDisponiveis(),
        example.status(),
        example.versao(),
        example.veiculo(),
        example.observacoes(),
        example.motivo(),
        example.criadaEm(),
        example.atualizadaEm());
  }

  private static void get(CaronaItem carona) {
    var _ = SERVICE.stub.getCarona(GetCaronaRequest.newBuilder().setCaronaId(carona.id()).build());
  }

  private static void check(CaronaItem carona) {
    var _ =
        SERVICE.stub.checkVagas(
            CheckVagasRequest.newBuilder()
                .setCaronaId(carona.id())
                .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                .build());
  }

  private static void list(CaronaItem carona) {
    SERVICE
        .stub
        .listCaronasDisponiveis(
            ListCaronasRequest.newBuilder().setCondominioId(carona.condominioId()).build())
        .forEachRemaining(_ -> {});
  }

  private static double throttledReads() {
    return SERVICE
        .server
        .instance(MeterRegistry.class)
        .counter(DynamoDbMetrics.THROTTLED, "operation", "GetItem")
        .count();
  }
}
