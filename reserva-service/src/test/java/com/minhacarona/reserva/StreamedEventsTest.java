package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.minhacarona.reserva.events.ChangesHandler;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventTopic;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.reserva.events.StreamedChangesModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From calls to events, by way of the table's own stream. */
@Tag("dynamodb")
class StreamedEventsTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RecordedTopic topic = new RecordedTopic();

  @Test
  void whatCallsDo_isToldInTheOrderOfEachItem_alsoAfterTheTopicWasAway() {
    CaronaItem carona =
        Examples.carona(
            UUID.randomUUID().toString(),
            Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.DAYS));
    topic.setAway(true);
    try (TestServer server = server()) {
      LOCAL.put(carona);
      ReservaServiceBlockingStub stub = ReservaServiceGrpc.newBlockingStub(server.channel());
      var _ = stub.processarReserva(request(carona.id(), "ana").setVagas(4).build());
      var _ =
          stub.updateReservaStatus(
              UpdateReservaStatusRequest.newBuilder()
                  .setCaronaId(carona.id())
                  .setUsuarioId("ana")
                  .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                  .build());
      topic.setAway(false);
      await()
          .atMost(PATIENCE)
          .until(() -> told(carona.id()).size() >= 3 && told(carona.id() + "/ana").size() >= 2);
    }
    assertThat(told(carona.id()))
        .containsSubsequence(
            EventType.CARONA_CRIADA, EventType.CARONA_LOTADA, EventType.CARONA_REABERTA);
    assertThat(told(carona.id() + "/ana"))
        .containsSubsequence(EventType.RESERVA_CONFIRMADA, EventType.RESERVA_CANCELADA);
  }

  private List<EventType> told(String subject) {
    return topic.events().stream()
        .filter(event -> event.subject().equals(subject))
        .map(DomainEvent::type)
        .toList();
  }

  private TestServer server() {
    return TestServer.netty(
        TestServer.dynamoDb(LOCAL.endpoint(), LOCAL.tableName()),
        new ReservaModule(),
        new StreamedChangesModule(),
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(EventTopic.class).toInstance(topic);
            bind(ChangesHandler.class);
          }
        });
  }
}
