package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Damage;
import com.minhacarona.table.Examples;
import com.minhacarona.table.Keys;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A driver can cancel and leave, whatever damage one of the ride's reservations has. */
@Tag("dynamodb")
class UnreadableReservasTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb().withoutStream();

  private static TestServer server;

  private final CaronaItem carona = carona();
  private final ReservaItem good = reserva("ana");
  private final ReservaItem bad = reserva("bia");

  @BeforeAll
  static void start() {
    server =
        TestServer.netty(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
            new RecordedFeed().module(),
            new UpdatesModule(),
            new CaronaModule(new CaronaConfig(Duration.ofMinutes(1))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Damage> damages() {
    return Stream.concat(
        Damage.of(Examples.reserva("c", "bia", "r").toItem()).stream(),
        Damage.EVERY_TYPE.values().stream()
            .map(value -> new Damage("novidade", Optional.of(value))));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aCancellation_cancelsWhatCanBeRead_andLeavesTheRest(Damage damage) {
    Map<String, AttributeValue> damaged = store(damage);
    double skippedBefore = skipped();
    CaronaResponse response = change(StatusCarona.STATUS_CARONA_CANCELADA);
    assertThat(response.getCarona().getStatus()).isEqualTo(StatusCarona.STATUS_CARONA_CANCELADA);
    assertThat(LOCAL.reserva(carona.id(), "ana").status()).isEqualTo(ReservaItem.Status.CANCELADA);
    boolean readable = damage.leavesReadable() || damage.attribute().equals("novidade");
    if (readable) {
      assertThat(LOCAL.reserva(carona.id(), "bia").status())
          .isEqualTo(ReservaItem.Status.CANCELADA);
    } else {
      assertThat(stored("bia")).isEqualTo(damaged);
    }
    // The seats of a reservation that nobody can read stay taken.
    assertThat(response.getCarona().getVagasDisponiveis()).isEqualTo(readable ? 4 : 3);
    assertThat(skipped() - skippedBefore).isEqualTo(readable ? 0 : 1);
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDeparture_leavesReservationsAsTheyAre(Damage damage) {
    Map<String, AttributeValue> damaged = store(damage);
    assertThat(change(StatusCarona.STATUS_CARONA_EM_ANDAMENTO).getCarona().getVagasDisponiveis())
        .isEqualTo(2);
    assertThat(LOCAL.reserva(carona.id(), "ana")).isEqualTo(good);
    assertThat(stored("bia")).isEqualTo(damaged);
  }

  /** Stores the ride with both reservations, and returns the damaged one. */
  private Map<String, AttributeValue> store(Damage damage) {
    Map<String, AttributeValue> damaged = damage.on(bad.toItem());
    LOCAL.putAll(List.of(carona.toItem(), carona.toPointer(), good.toItem(), damaged));
    return damaged;
  }

  private CaronaResponse change(StatusCarona status) {
    return CaronaServiceGrpc.newBlockingStub(server.channel())
        .updateCaronaStatus(
            UpdateCaronaStatusRequest.newBuilder()
                .setCaronaId(carona.id())
                .setStatus(status)
                .build());
  }

  private Map<String, AttributeValue> stored(String usuarioId) {
    return LOCAL
        .client()
        .getItem(r ->
            r.tableName(LOCAL.tableName())
                .key(Keys.reserva(carona.id(), usuarioId))
                .consistentRead(true))
        .item();
  }

  private static double skipped() {
    return server.instance(MeterRegistry.class).counter(SkippedItems.UNREADABLE).count();
  }

  /** A ride on which two of four seats are taken. */
  private static CaronaItem carona() {
    CaronaItem open =
        Examples.carona(
            UUID.randomUUID().toString(),
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));
    return open.withStatus(Status.ABERTA, 2, "", open.criadaEm());
  }

  private ReservaItem reserva(String usuarioId) {
    return Examples.reserva(carona.id(), usuarioId, UUID.randomUUID().toString());
  }
}
