package com.minhacarona.reserva.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Injector;
import com.minhacarona.reserva.RecordedTopic;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.CaronaLotada;
import com.minhacarona.v1.ReservaCancelada;
import com.minhacarona.v1.ReservaConfirmada;
import com.minhacarona.v1.StatusCarona;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Tag("dynamodb")
class ChangesHandlerTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Done PUBLISHED = new Done("published");
  private static final Done IGNORED = new Done("ignored");
  private static final Map<String, AttributeValue> NOTHING = Map.of();
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00.123Z");

  private static Injector injector;

  private final RecordedTopic topic = new RecordedTopic();
  private final CaronaItem carona =
      Examples.carona(UUID.randomUUID().toString(), Instant.parse("2026-12-02T09:30:00Z"));
  private final ReservaItem reserva = Examples.reserva(carona.id(), "ana", "r1");
  private ChangesHandler handler;

  @BeforeAll
  static void open() {
    injector =
        TestServer.injector(
            TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()), new ReservaModule());
  }

  @AfterAll
  static void close() {
    injector.getInstance(DynamoDbClient.class).close();
  }

  @BeforeEach
  void offerARide() {
    LOCAL.put(carona);
    handler = new ChangesHandler(injector.getInstance(Reads.class), topic);
  }

  @Test
  void aNewRide_isToldAsItIs() {
    assertThat(handle(NOTHING, carona.toItem())).isEqualTo(PUBLISHED);
    assertThat(topic.events())
        .containsExactly(DomainEvents.ofCarona(EventType.CARONA_CRIADA, carona));
  }

  @Test
  void aRideThatFilled_isToldAsItWasThen() {
    CaronaItem full = carona.withStatus(CaronaItem.Status.LOTADA, 0, "", NOW);
    assertThat(handle(carona.toItem(), full.toItem())).isEqualTo(PUBLISHED);
    assertThat(topic.events().getFirst())
        .returns(carona.id() + "/2", DomainEvent::id)
        .returns(NOW, DomainEvent::time)
        .returns(carona.id(), DomainEvent::subject)
        .returns("cond-1", DomainEvent::condominioId)
        .returns(
            CaronaLotada.newBuilder().setCarona(ItemProtos.carona(full)).build(),
            DomainEvent::data);
  }

  @Test
  void aBookingThatLeavesSeats_isNoEventOfTheRide() {
    CaronaItem booked = carona.withStatus(CaronaItem.Status.ABERTA, 3, "", NOW);
    assertThat(handle(carona.toItem(), booked.toItem())).isEqualTo(IGNORED);
    assertThat(topic.events()).isEmpty();
  }

  @Test
  void aReservationThatKeepsItsStatus_isNoEvent() {
    ReservaItem later = reserva.withStatus(reserva.status(), "", NOW);
    assertThat(handle(reserva.toItem(), later.toItem())).isEqualTo(IGNORED);
    assertThat(topic.events()).isEmpty();
  }

  @Test
  void aNewReservation_isToldWithItsRide() {
    assertThat(handle(NOTHING, reserva.toItem())).isEqualTo(PUBLISHED);
    DomainEvent event = topic.events().getFirst();
    assertThat(event)
        .returns(EventType.RESERVA_CONFIRMADA, DomainEvent::type)
        .returns(carona.id() + "/ana/1", DomainEvent::id)
        .returns(carona.id() + "/ana", DomainEvent::subject)
        .returns("cond-1", DomainEvent::condominioId)
        .returns(reserva.atualizadaEm(), DomainEvent::time);
    assertThat(((ReservaConfirmada) event.data()).getCarona()).isEqualTo(ItemProtos.carona(carona));
  }

  @Test
  void aReservationCancelledWithItsRide_isToldWithTheCancelledRide() {
    LOCAL.put(carona.withStatus(CaronaItem.Status.CANCELADA, 4, "pneu", NOW));
    assertThat(handle(reserva.toItem(), cancelled().toItem())).isEqualTo(PUBLISHED);
    ReservaCancelada data = (ReservaCancelada) topic.events().getFirst().data();
    assertThat(data.getComACarona()).isTrue();
    assertThat(data.getCarona().getStatus()).isEqualTo(StatusCarona.STATUS_CARONA_CANCELADA);
  }

  @Test
  void aReservationCancelledByItself_isToldSo_alsoWhenItsRideIsCancelledMeanwhile() {
    assertThat(handle(reserva.toItem(), cancelled().toItem())).isEqualTo(PUBLISHED);
    LOCAL.put(carona.withStatus(CaronaItem.Status.CANCELADA, 4, "pneu", NOW.plusMillis(1)));
    assertThat(handle(reserva.toItem(), cancelled().toItem())).isEqualTo(PUBLISHED);
    assertThat(topic.events())
        .hasSize(2)
        .allSatisfy(
            event -> assertThat(((ReservaCancelada) event.data()).getComACarona()).isFalse());
  }

  @Test
  void aReservationBookedAgain_isConfirmedWithAnotherId() {
    ReservaItem again = cancelled().withStatus(ReservaItem.Status.CONFIRMADA, "", NOW);
    assertThat(handle(cancelled().toItem(), again.toItem())).isEqualTo(PUBLISHED);
    assertThat(topic.events().getFirst())
        .returns(EventType.RESERVA_CONFIRMADA, DomainEvent::type)
        .returns(carona.id() + "/ana/3", DomainEvent::id);
  }

  @Test
  void theSameRecordAgain_isTheSameEvent() {
    for (int i = 0; i < 2; i++) {
      assertThat(handle(NOTHING, reserva.toItem())).isEqualTo(PUBLISHED);
    }
    assertThat(topic.events()).hasSize(2);
    assertThat(topic.events().get(1)).isEqualTo(topic.events().get(0));
  }

  @Test
  void aReservationWithoutARide_isPoison() {
    ReservaItem lonely = Examples.reserva("nenhuma", "ana", "r1");
    assertThat(handle(NOTHING, lonely.toItem()))
        .isInstanceOfSatisfying(
            Poison.class, p -> assertThat(p.reason()).isEqualTo("CARONA_NAO_ENCONTRADA"));
  }

  static Stream<Map<String, AttributeValue>> otherItems() {
    return Stream.of(
        Examples.carona("c1", NOW).toPointer(),
        Examples.recusa("c1", "ana", "r1").toItem(),
        Map.of("PK", AttributeValue.fromS("USUARIO#ana"), "SK", AttributeValue.fromS("PERFIL")));
  }

  @ParameterizedTest
  @MethodSource("otherItems")
  void anotherItem_isIgnored(Map<String, AttributeValue> item) {
    assertThat(handle(NOTHING, item)).isEqualTo(IGNORED);
    assertThat(handle(item, item)).isEqualTo(IGNORED);
  }

  @Test
  void whatExpired_isIgnored() {
    assertThat(handle(carona.toItem(), NOTHING)).isEqualTo(IGNORED);
    assertThat(handle(reserva.toItem(), NOTHING)).isEqualTo(IGNORED);
    assertThat(handle(NOTHING, NOTHING)).isEqualTo(IGNORED);
  }

  @Test
  void anItemThatCannotBeRead_isPoison_whetherItIsTheOldOrTheNewOne() {
    Map<String, AttributeValue> unreadable = new HashMap<>(carona.toItem());
    unreadable.put("status", AttributeValue.fromS("VOANDO"));
    for (Verdict verdict :
        new Verdict[] {
          handle(carona.toItem(), unreadable),
          handle(unreadable, carona.toItem()),
          handle(NOTHING, unreadable)
        }) {
      assertThat(verdict)
          .isInstanceOfSatisfying(
              Poison.class,
              p -> {
                assertThat(p.reason()).isEqualTo("ITEM_ILEGIVEL");
                assertThat(p.detail()).contains(carona.id(), "status");
              });
    }
    assertThat(topic.events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "null",
        "{\"dynamodb\": 1}",
        "{\"dynamodb\": {\"NewImage\": []}}",
        "{\"dynamodb\": {\"NewImage\": {\"PK\": {\"S\": \"x\"}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"PK\": {\"S\": \"x\"}, \"SK\": {\"N\": \"1\"}}}}"
      })
  void whatIsNoRecord_isPoison(String body) {
    assertThat(handler.handle(message(body)))
        .isInstanceOfSatisfying(
            Poison.class, p -> assertThat(p.reason()).isEqualTo("REGISTRO_INVALIDO"));
  }

  @Test
  void aTopicOutOfReach_isThrown_soThatTheRecordComesAgain() {
    topic.setAway(true);
    assertThatThrownBy(() -> handle(NOTHING, carona.toItem())).hasMessage("away");
  }

  private ReservaItem cancelled() {
    return reserva.withStatus(ReservaItem.Status.CANCELADA, "", NOW);
  }

  private Verdict handle(Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
    return handler.handle(message(Records.of(before, after)));
  }

  private static QueueMessage message(String body) {
    return new QueueMessage("m1", body, Map.of(), 1, Instant.EPOCH);
  }
}
