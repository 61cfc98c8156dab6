package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.InMemoryItems;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaRecusada;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationsHandlerTest {
  private static final Done BOOKED = new Done("booked");
  private static final Done REPEATED = new Done("repeated");
  private static final Done REFUSED = new Done("refused");

  private static final String EARLIER = "0b1d6a2f-58a5-4f0c-9a43-7f5c2c1e2f11";

  private final SettableClock clock = new SettableClock();
  private final InMemoryItems items = new InMemoryItems();
  private final InMemoryReservaStore store = new InMemoryReservaStore(items, clock);
  private final RecordedTopic topic = new RecordedTopic();
  private final ReservaMetrics metrics = new ReservaMetrics(new SimpleMeterRegistry());
  private final ReservationsHandler handler = handler(store);

  private final CaronaItem carona = Examples.carona("c1", clock.instant().plus(Duration.ofDays(1)));
  private final ProcessarReservaRequest ana = request("ana").build();

  @BeforeEach
  void offerARide() {
    items.put(carona);
  }

  @AfterEach
  void violatesNothing() {
    assertThat(items.violations()).isEmpty();
  }

  @Test
  void aBooking_isMade_andConfirmedByTheTableOnly() {
    assertThat(handle(ana)).isEqualTo(BOOKED);
    assertThat(items.reserva("c1", "ana").requestIds()).containsExactly(ana.getRequestId());
    assertThat(topic.events()).isEmpty();
  }

  @Test
  void aRepeat_isDone_andChangesNothing() {
    var _ = handle(ana);
    assertThat(handle(ana)).isEqualTo(REPEATED);
    assertThat(items.carona("c1").vagasDisponiveis()).isEqualTo(3);
    assertThat(topic.events()).isEmpty();
  }

  @Test
  void theSameRequestByCallAndByQueue_isOneBooking_inEitherOrder() {
    var _ = store.book(ReservaProtos.newReserva(ana));
    assertThat(handle(ana)).isEqualTo(REPEATED);
    ProcessarReservaRequest bia = request("bia").build();
    assertThat(handle(bia)).isEqualTo(BOOKED);
    assertThat(store.book(ReservaProtos.newReserva(bia)))
        .isInstanceOf(BookingResult.Repeated.class);
    assertThat(items.carona("c1").vagasDisponiveis()).isEqualTo(2);
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("CARONA_NAO_ENCONTRADA", request("ana").setCaronaId("c2").build()),
        Arguments.of("CARONA_NAO_ENCONTRADA", request("ana").setCondominioId("cond-2").build()),
        Arguments.of("MOTORISTA_NAO_RESERVA", request("motorista-1").build()),
        Arguments.of("VAGAS_INSUFICIENTES", request("ana").setVagas(5).build()),
        Arguments.of("RESERVA_JA_EXISTE", request("bia").build()),
        Arguments.of(
            "REQUEST_ID_REUTILIZADO", request("bia").setRequestId(EARLIER).setVagas(2).build()));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusal_isToldOnceWithItsReason(String reason, ProcessarReservaRequest request) {
    items.put(Examples.reserva("c1", "bia", EARLIER));
    items.put(carona.withStatus(CaronaItem.Status.ABERTA, 3, "", carona.criadaEm()));
    assertThat(handle(request)).isEqualTo(REFUSED);
    DomainEvent event = topic.events().getFirst();
    assertThat(topic.events()).hasSize(1);
    assertThat(event.type()).isEqualTo(EventType.RESERVA_RECUSADA);
    assertThat(event.condominioId()).isEqualTo(request.getCondominioId());
    ReservaRecusada data = (ReservaRecusada) event.data();
    assertThat(data.getReason()).isEqualTo(reason);
    assertThat(data.getMessage()).isNotEmpty();
    assertThat(data.getMetadataMap()).containsEntry("carona_id", request.getCaronaId());
    assertThat(data.hasCarona()).isEqualTo(!reason.equals("CARONA_NAO_ENCONTRADA"));
  }

  @Test
  void aRefusalOfAClosedRide_isTold() {
    clock.advance(Duration.ofDays(2));
    assertThat(handle(ana)).isEqualTo(REFUSED);
    assertThat(((ReservaRecusada) topic.events().getFirst().data()).getReason())
        .isEqualTo("CARONA_FECHADA");
  }

  @Test
  void aRefusedMessage_deliveredAgainWhenSeatsAreFree_isToldTheSame_andNotBooked() {
    ProcessarReservaRequest four = request("ana").setVagas(4).build();
    var _ = handle(request("bia").build());
    assertThat(handle(four)).isEqualTo(REFUSED);
    DomainEvent first = topic.events().getFirst();
    clock.advance(Duration.ofMinutes(3));
    items.put(items.reserva("c1", "bia").withStatus(ReservaItem.Status.CANCELADA, "", then()));
    items.put(items.carona("c1").withStatus(CaronaItem.Status.ABERTA, 4, "", then()));
    assertThat(handle(four)).isEqualTo(REFUSED);
    assertThat(topic.events()).hasSize(2);
    assertThat(topic.events().get(1))
        .returns(first.id(), DomainEvent::id)
        .returns(first.time(), DomainEvent::time);
    assertThat(((ReservaRecusada) topic.events().get(1).data()).getReason())
        .isEqualTo("VAGAS_INSUFICIENTES");
    assertThat(items.carona("c1").vagasDisponiveis()).isEqualTo(4);
  }

  @Test
  void aRefusalThatCouldNotBeTold_isToldWhenTheMessageComesAgain() {
    ProcessarReservaRequest five = request("ana").setVagas(5).build();
    topic.setAway(true);
    assertThatThrownBy(() -> handle(five)).hasMessage("away");
    topic.setAway(false);
    clock.advance(Duration.ofDays(2));
    assertThat(handle(five)).isEqualTo(REFUSED);
    assertThat(((ReservaRecusada) topic.events().getFirst().data()).getReason())
        .as("the refusal of then, not that of now")
        .isEqualTo("VAGAS_INSUFICIENTES");
  }

  @Test
  void anEvent_hasTheRequestAndAStableId() {
    ProcessarReservaRequest five = request("ana").setVagas(5).build();
    Instant then = clock.instant();
    var _ = handle(five);
    DomainEvent event = topic.events().getFirst();
    assertThat(event.id()).isEqualTo("c1/ana/" + five.getRequestId());
    assertThat(event.subject()).isEqualTo("c1/ana");
    assertThat(event.time()).isEqualTo(then);
    assertThat(((ReservaRecusada) event.data()).getPedido()).isEqualTo(five);
    assertThat(((ReservaRecusada) event.data()).getMetadataMap())
        .isEqualTo(Map.of("carona_id", "c1", "vagas_disponiveis", "4"));
  }

  @Test
  void trouble_isThrown_andTellsNothing() {
    ReservationsHandler troubled =
        handler(
            new ReservaStore() {
              @Override
              public BookingResult book(NewReserva newReserva) {
                throw Errors.outcomeUnknown();
              }

              @Override
              public Stored find(String caronaId, String usuarioId) {
                throw new AssertionError("not asked");
              }
            });
    assertThatThrownBy(() -> troubled.handle(message(json(ana))))
        .hasMessageContaining("UNAVAILABLE");
    assertThat(topic.events()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "não é JSON",
        "{\"request_id\": {}}",
        "{\"vagas\": \"muitas\"}",
        "{\"vagas\": 1e30}"
      })
  void whatIsNoRequest_isPoison(String body) {
    assertThat(handler.handle(message(body)))
        .isInstanceOfSatisfying(
            Poison.class,
            poison -> assertThat(poison.reason()).isEqualTo(Errors.ARGUMENTO_INVALIDO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"vagas\": \"Ana Lucia\"} | vagas is no INT32",
        "{\"requestId\": {\"Ana\": 1}, \"vagas\": {\"Ana\": 1}}"
            + " | request_id is no STRING; vagas is no INT32",
        "{\"request_id\": \"Ana\", \"requestId\": \"Ana\"} | its fields cannot be read together",
        "{\"usuario_id\": \"Ana\" 7} | no JSON: JsonParseException at line 1, column 22",
        "\"Ana Lucia\" | no JSON object: STRING"
      })
  void whatIsWrong_isSaidWithoutAWordOfTheMessage(String body, String detail) {
    assertThat(handler.handle(message(body)))
        .isEqualTo(new Poison(Errors.ARGUMENTO_INVALIDO, detail));
  }

  @Test
  void wrongFields_arePoison_thatNamesAllOfThem() {
    Poison poison =
        (Poison) handle(request("ana").setRequestId("1").setCaronaId("").setVagas(9).build());
    assertThat(poison.detail())
        .contains(
            "request_id must be a UUID", "carona_id is required", "vagas must be from 1 to 8");
    assertThat(topic.events()).isEmpty();
  }

  @Test
  void bothSpellings_andFieldsOfANewerVersion_areRead() {
    String camelCase =
        """
        {"requestId": "%s", "caronaId": "c1", "usuarioId": "ana", "condominioId": "cond-1", "x": 1}
        """
            .formatted(ana.getRequestId());
    assertThat(handler.handle(message(camelCase))).isEqualTo(BOOKED);
    assertThat(handle(ana)).isEqualTo(REPEATED);
  }

  private Instant then() {
    return clock.instant();
  }

  private ReservationsHandler handler(ReservaStore bookings) {
    return new ReservationsHandler(bookings, store, topic, metrics, clock);
  }

  private Verdict handle(ProcessarReservaRequest request) {
    return handler.handle(message(json(request)));
  }

  static String json(ProcessarReservaRequest request) {
    try {
      return JsonFormat.printer().preservingProtoFieldNames().print(request);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static QueueMessage message(String body) {
    return new QueueMessage("m1", body, Map.of(), 1, Instant.EPOCH);
  }

  /** One seat on c1, with an id for each resident. */
  private static ProcessarReservaRequest.Builder request(String usuarioId) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId("7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11")
        .setCaronaId("c1")
        .setUsuarioId(usuarioId)
        .setCondominioId("cond-1");
  }
}
