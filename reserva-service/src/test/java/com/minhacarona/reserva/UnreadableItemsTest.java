package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.Attributes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Damage;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reservations and rides with every damage that DynamoDB lets happen. */
@Tag("dynamodb")
class UnreadableItemsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static TestServer server;
  private static ReservaServiceBlockingStub stub;

  private final CaronaItem carona =
      Examples.carona(
          UUID.randomUUID().toString(),
          Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));

  @BeforeAll
  static void start() {
    server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()), new ReservaModule());
    stub = ReservaServiceGrpc.newBlockingStub(server.channel());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Damage> ofCarona() {
    return Damage.of(Examples.carona("c", Instant.parse("2026-12-01T10:00:00Z")).toItem()).stream();
  }

  static Stream<Damage> ofReserva() {
    return Damage.of(reserva("c", "u").toItem()).stream();
  }

  @Test
  void getReservas_ofARideWithEveryDamagedReservation_hasAllThatCanBeRead() {
    List<Map<String, AttributeValue>> items = new ArrayList<>(List.of(carona.toItem()));
    List<String> readable = new ArrayList<>();
    for (Damage damage : ofReserva().toList()) {
      String usuario = "usuario-%03d".formatted(items.size());
      items.add(damage.on(reserva(carona.id(), usuario).toItem()));
      if (damage.leavesReadable()) {
        readable.add(usuario);
      }
    }
    for (AttributeValue value : Damage.EVERY_TYPE.values()) {
      String usuario = "usuario-%03d".formatted(items.size());
      readable.add(usuario);
      items.add(
          new Damage("novidade", Optional.of(value)).on(reserva(carona.id(), usuario).toItem()));
    }
    LOCAL.putAll(items);
    assertThat(list()).extracting(Reserva::getUsuarioId).isEqualTo(readable);
  }

  @ParameterizedTest
  @MethodSource("ofCarona")
  void getReservas_ofADamagedRide_hasThem_unlessItsCondominioCannotBeRead(Damage damage) {
    LOCAL.putAll(List.of(damage.on(carona.toItem()), reserva(carona.id(), "ana").toItem()));
    if (damage.attribute().equals(Attributes.CONDOMINIO_ID)) {
      Refused.by(this::list).as(Code.INTERNAL, Errors.ERRO_INTERNO);
    } else {
      assertThat(list()).extracting(Reserva::getUsuarioId).containsExactly("ana");
    }
  }

  @ParameterizedTest
  @MethodSource("ofCarona")
  void aBooking_ofADamagedRide_isMadeOrAnsweredWithErroInterno(Damage damage) {
    LOCAL.putAll(List.of(damage.on(carona.toItem())));
    assertMadeOrErroInterno(() -> {
      var _ = stub.processarReserva(ReservaFixture.request(carona.id(), "ana").build());
    });
  }

  @ParameterizedTest
  @MethodSource("ofReserva")
  void aBooking_ofAResidentWithADamagedReservation_isMadeOrAnsweredWithErroInterno(Damage damage) {
    LOCAL.putAll(List.of(carona.toItem(), damage.on(reserva(carona.id(), "ana").toItem())));
    assertMadeOrErroInterno(() -> {
      var _ = stub.processarReserva(ReservaFixture.request(carona.id(), "ana").build());
    });
  }

  @ParameterizedTest
  @MethodSource("ofReserva")
  void aChangeOfADamagedReservation_isRefusedWithTransicaoInvalidaOrErroInterno(Damage damage) {
    LOCAL.putAll(List.of(carona.toItem(), damage.on(reserva(carona.id(), "ana").toItem())));
    Refused refused =
        Refused.by(() -> {
          var _ =
              stub.updateReservaStatus(
                  UpdateReservaStatusRequest.newBuilder()
                      .setCaronaId(carona.id())
                      .setUsuarioId("ana")
                      .setStatus(StatusReserva.STATUS_RESERVA_NAO_COMPARECEU)
                      .build());
        });
    if (damage.leavesReadable()) {
      refused.as(Code.FAILED_PRECONDITION, "TRANSICAO_INVALIDA");
    } else {
      refused.as(Code.INTERNAL, Errors.ERRO_INTERNO);
    }
  }

  private static void assertMadeOrErroInterno(Runnable booking) {
    try {
      booking.run();
    } catch (StatusRuntimeException e) {
      assertThat(Refused.of(e).as(Code.INTERNAL, Errors.ERRO_INTERNO).errorInfo().getMetadataMap())
          .containsKey("trace_id");
    }
  }

  /** A cancelled one, with every attribute that there is. */
  private static ReservaItem reserva(String caronaId, String usuarioId) {
    ReservaItem confirmed = Examples.reserva(caronaId, usuarioId, UUID.randomUUID().toString());
    return confirmed.withStatus(ReservaItem.Status.CANCELADA, "desisti", confirmed.criadaEm());
  }

  private List<Reserva> list() {
    List<Reserva> all = new ArrayList<>();
    stub.getReservas(GetReservasRequest.newBuilder().setCaronaId(carona.id()).build())
        .forEachRemaining(response -> all.add(response.getReserva()));
    return all;
  }
}
