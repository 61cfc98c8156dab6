package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.reserva.notifications.FakeProviders.Mail;
import com.minhacarona.reserva.notifications.FakeProviders.Push;
import com.minhacarona.reserva.notifications.FakeProviders.Sms;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaLotada;
import com.minhacarona.v1.ReservaCancelada;
import com.minhacarona.v1.ReservaRecusada;
import com.minhacarona.v1.StatusCarona;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told what, and when nobody is. */
@Tag("dynamodb")
class NotifierTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private UsuarioItem ana;
  private UsuarioItem davi;
  private Carona carona;

  @BeforeEach
  void store() {
    ana = FIXTURE.resident("Ana Lúcia");
    davi = FIXTURE.resident("Davi");
    carona = FIXTURE.carona(davi.id());
    FIXTURE.resident("Ninguém");
  }

  @ParameterizedTest
  @CsvSource({
    "RESERVA_CONFIRMADA, Reserva confirmada, Ana Lúcia reservou 1 vaga",
    "RESERVA_RECUSADA, Reserva recusada,",
    "RESERVA_CANCELADA,, Ana Lúcia cancelou 1 vaga",
    "RESERVA_CONCLUIDA,,",
    "RESERVA_NAO_COMPARECEU,,",
    "CARONA_CRIADA,,",
    "CARONA_LOTADA,, Sua carona está lotada",
    "CARONA_REABERTA,,",
    "CARONA_EM_ANDAMENTO, A carona saiu,",
    "CARONA_CONCLUIDA,,",
    "CARONA_CANCELADA,, Sua carona foi cancelada"
  })
  void anEvent_isToldToWhomItConcerns_onEveryChannel(
      EventType type, String toPassenger, String toDriver) {
    if (type == EventType.CARONA_EM_ANDAMENTO) {
      FIXTURE.local.put(Examples.reserva(carona.getId(), ana.id(), "r"));
    }
    boolean told = toPassenger != null || toDriver != null;
    assertThat(FIXTURE.handle(FIXTURE.event(type, carona, ana.id())))
        .isEqualTo(new Done(told ? "told" : "nobody"));
    assertToldTo(ana, toPassenger);
    assertToldTo(davi, toDriver);
    int people = (toPassenger == null ? 0 : 1) + (toDriver == null ? 0 : 1);
    assertThat(FIXTURE.providers.requests()).isEqualTo(3 * people);
    assertThat(FIXTURE.count("sent")).isEqualTo(3 * people);
  }

  private static void assertToldTo(UsuarioItem usuario, String beginning) {
    List<Mail> mails =
        FIXTURE.providers.mails().stream().filter(m -> m.to().equals(usuario.email())).toList();
    List<Sms> sms =
        FIXTURE.providers.sms().stream().filter(s -> s.phone().equals(usuario.telefone())).toList();
    List<Push> pushes =
        FIXTURE.providers.pushes().stream()
            .filter(p -> p.endpoint().equals(usuario.pushEndpoint()))
            .toList();
    if (beginning == null) {
      assertThat(mails).isEmpty();
      assertThat(sms).isEmpty();
      assertThat(pushes).isEmpty();
    } else {
      String route = "Portaria → Estação Butantã, %s".formatted(partida());
      assertThat(mails)
          .singleElement()
          .satisfies(mail -> {
            assertThat(mail.subject()).isEqualTo(beginning + ": " + route);
            assertThat(mail.text()).startsWith("Olá, " + usuario.nome() + "!");
            assertThat(mail.html()).contains("<p>Olá, " + usuario.nome() + "!</p>");
          });
      assertThat(sms)
          .singleElement()
          .satisfies(s ->
              assertThat(s.text())
                  .startsWith("Minha Carona: ")
                  .contains("Portaria - Estacao Butanta, "));
      assertThat(pushes).singleElement().satisfies(p -> assertThat(p.body()).contains(route));
    }
  }

  private static String partida() {
    return PortugueseTime.text(
        FIXTURE.now().plus(Duration.ofHours(3)), NotificationsConfig.DEFAULT_ZONE);
  }

  @Test
  void aReservation_thatIsCancelledWithItsRide_isToldToThePassengerOnly() {
    Carona cancelled =
        carona.toBuilder()
            .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
            .setMotivo("Carro quebrou")
            .build();
    FIXTURE.handle(cancellation(cancelled, true));
    assertToldTo(ana, "Carona cancelada");
    assertToldTo(davi, null);
    assertThat(FIXTURE.providers.mails().getFirst().text()).contains("Motivo: Carro quebrou");
  }

  @Test
  void aReservation_thatIsCancelledBeforeItsRide_isToldToTheDriverOnly() {
    Carona cancelled = carona.toBuilder().setStatus(StatusCarona.STATUS_CARONA_CANCELADA).build();
    FIXTURE.handle(cancellation(cancelled, false));
    assertToldTo(ana, null);
    assertToldTo(davi, "Ana Lúcia cancelou 1 vaga");
  }

  private DomainEvent cancellation(Carona cancelled, boolean comACarona) {
    ReservaCancelada data =
        (ReservaCancelada) FIXTURE.event(EventType.RESERVA_CANCELADA, cancelled, ana.id()).data();
    return Events.event(
        EventType.RESERVA_CANCELADA,
        FIXTURE.now(),
        data.toBuilder().setComACarona(comACarona).build());
  }

  @Test
  void aRide_thatLeaves_isToldToItsConfirmedPassengersOnly() {
    Set<String> told =
        IntStream.range(0, 8)
            .mapToObj(i -> FIXTURE.resident("P" + i))
            .map(p -> {
              FIXTURE.local.put(Examples.reserva(carona.getId(), p.id(), "r"));
              return p.email();
            })
            .collect(Collectors.toSet());
    for (Status status : List.of(Status.CANCELADA, Status.CONCLUIDA, Status.NAO_COMPARECEU)) {
      ReservaItem reserva = Examples.reserva(carona.getId(), FIXTURE.resident("X").id(), "r");
      FIXTURE.local.put(reserva.withStatus(status, "", FIXTURE.now()));
    }
    FIXTURE.handle(FIXTURE.event(EventType.CARONA_EM_ANDAMENTO, carona, ""));
    assertThat(FIXTURE.providers.mails())
        .extracting(Mail::to)
        .containsExactlyInAnyOrderElementsOf(told);
    assertThat(FIXTURE.providers.mails())
        .allSatisfy(mail ->
            assertThat(mail.text()).contains("Motorista: Davi\nCarro: Onix prata, ABC1D23"));
  }

  @Test
  void aRide_thatLeavesWithoutPassengers_isToldToNobody() {
    assertThat(FIXTURE.handle(FIXTURE.event(EventType.CARONA_EM_ANDAMENTO, carona, "")))
        .isEqualTo(new Done("nobody"));
  }

  @Test
  void aRefusal_explainsItselfInPortuguese_alsoWithoutARide() {
    FIXTURE.handle(FIXTURE.event(EventType.RESERVA_RECUSADA, carona, ana.id()));
    ReservaRecusada.Builder data =
        ((ReservaRecusada) FIXTURE.event(EventType.RESERVA_RECUSADA, carona, ana.id()).data())
            .toBuilder().clearCarona().clearMetadata().setReason("CARONA_NAO_ENCONTRADA");
    FIXTURE.handle(Events.event(EventType.RESERVA_RECUSADA, FIXTURE.now(), data.build()));
    assertThat(FIXTURE.providers.mails())
        .extracting(Mail::text)
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .contains("de 2 vagas não foi feita: não há vagas suficientes (resta 1)."),
            text ->
                assertThat(text)
                    .contains("de 2 vagas não foi feita: a carona não existe no seu condomínio.")
                    .doesNotContain("Partida"));
  }

  @Test
  void anEmail_saysWhoSentIt_andHowToGetNoMore() {
    FIXTURE.handle(FIXTURE.event(EventType.CARONA_LOTADA, carona, ""));
    Mail mail = FIXTURE.providers.mails().getFirst();
    assertThat(mail.from()).isEqualTo("Minha Carona <avisos@minhacarona.com.br>");
    assertThat(mail.replyTo()).containsExactly("ajuda@minhacarona.com.br");
    assertThat(mail.headers())
        .isEqualTo(Map.of("List-Unsubscribe", "<https://minhacarona.com.br/avisos>"));
    assertThat(mail.text()).contains("https://minhacarona.com.br/avisos");
    assertThat(mail.html()).contains("<a href=\"https://minhacarona.com.br/avisos\">");
  }

  @ParameterizedTest
  @EnumSource
  void anOldEvent_isToldToNobody(EventType type) {
    DomainEvent event = FIXTURE.event(type, carona, ana.id());
    FIXTURE.clock.advance(Notifier.STALE.plusSeconds(1));
    Verdict verdict = FIXTURE.handle(event);
    assertThat(verdict).isIn(new Done("stale"), new Done("nobody"));
    assertThat(FIXTURE.providers.requests()).isZero();
  }

  @Test
  void anEvent_ofARideThatDepartedLongAgo_isToldToNobody() {
    FIXTURE.clock.advance(Duration.ofHours(3).plus(Notifier.STALE));
    assertThat(FIXTURE.handle(FIXTURE.event(EventType.CARONA_CANCELADA, carona, "")))
        .isEqualTo(new Done("told"));
    FIXTURE.clock.advance(Duration.ofMillis(1));
    assertThat(FIXTURE.handle(FIXTURE.event(EventType.CARONA_CANCELADA, carona, "")))
        .isEqualTo(new Done("stale"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "não é JSON", "{\"specversion\": \"1.0\"}"})
  void whatIsNoEvent_isPoison(String body) throws InterruptedException {
    assertThat(FIXTURE.notifier.handle(Events.message(body, FIXTURE.now())))
        .isInstanceOfSatisfying(
            Poison.class, poison -> assertThat(poison.reason()).isEqualTo("EVENTO_INVALIDO"));
  }

  @Test
  void anEvent_thatDoesNotSayWhomItConcerns_isPoison() {
    DomainEvent noDriver =
        Events.event(
            EventType.CARONA_LOTADA,
            FIXTURE.now(),
            CaronaLotada.newBuilder().setCarona(carona.toBuilder().clearMotoristaId()).build());
    assertThat(FIXTURE.handle(noDriver))
        .isEqualTo(new Poison("EVENTO_INVALIDO", "carona.motorista_id is missing"));
    DomainEvent noPassenger = FIXTURE.event(EventType.RESERVA_CANCELADA, carona, "");
    assertThat(FIXTURE.handle(noPassenger))
        .isEqualTo(new Poison("EVENTO_INVALIDO", "reserva.usuario_id is missing"));
  }
}
