package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.ReservaRecusada;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that come late tell nobody what is no longer so. */
@Tag("dynamodb")
class OvertakenTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private UsuarioItem ana;
  private Carona carona;
  private ReservaItem first;

  @BeforeEach
  void store() {
    ana = FIXTURE.resident("Ana");
    carona = FIXTURE.carona(FIXTURE.resident("Davi").id());
    first = Examples.reserva(carona.getId(), ana.id(), "r");
  }

  /** The event is of the reservation's first version. */
  @ParameterizedTest
  @CsvSource({
    "RESERVA_CONFIRMADA, CANCELADA",
    "RESERVA_CONFIRMADA, CONFIRMADA",
    "RESERVA_CONFIRMADA, CONCLUIDA",
    "RESERVA_CANCELADA, CONFIRMADA",
    "RESERVA_CANCELADA, CANCELADA"
  })
  void anEventOfAReservation_thatChangedSince_isToldToNobody(EventType type, Status now) {
    FIXTURE.local.put(first.withStatus(now, "", FIXTURE.now()));
    assertOvertaken(FIXTURE.event(type, carona, ana.id()));
  }

  @ParameterizedTest
  @EnumSource(
      value = EventType.class,
      names = {"RESERVA_CONFIRMADA", "RESERVA_CANCELADA"})
  void anEventOfAReservation_thatIsStillSo_isTold(EventType type) {
    FIXTURE.local.put(first);
    assertTold(FIXTURE.event(type, carona, ana.id()));
  }

  @ParameterizedTest
  @CsvSource({"1, ABERTA, false", "2, LOTADA, false", "3, ABERTA, true", "3, LOTADA, false"})
  void aFullRide_thatHasSeatsAgain_isToldToNobody(
      long versao, CaronaItem.Status status, boolean overtaken) {
    store(versao, status);
    DomainEvent event = FIXTURE.event(EventType.CARONA_LOTADA, carona, "");
    if (overtaken) {
      assertOvertaken(event);
    } else {
      assertTold(event);
    }
  }

  @Test
  void aRefusal_ofWhoHasBookedTheRideSince_isToldToNobody() {
    FIXTURE.local.put(first);
    assertOvertaken(FIXTURE.event(EventType.RESERVA_RECUSADA, carona, ana.id()));
  }

  @Test
  void aRefusal_ofWhoHasCancelledAReservation_isTold() {
    FIXTURE.local.put(first.withStatus(Status.CANCELADA, "", FIXTURE.now()));
    assertTold(FIXTURE.event(EventType.RESERVA_RECUSADA, carona, ana.id()));
  }

  @Test
  void aRefusal_becauseOfTheReservation_isTold() {
    FIXTURE.local.put(first);
    ReservaRecusada.Builder data =
        ((ReservaRecusada) FIXTURE.event(EventType.RESERVA_RECUSADA, carona, ana.id()).data())
            .toBuilder().setReason("RESERVA_JA_EXISTE");
    assertTold(Events.event(EventType.RESERVA_RECUSADA, FIXTURE.now(), data.build()));
  }

  private void store(long versao, CaronaItem.Status status) {
    CaronaItem item = Examples.carona(carona.getId(), FIXTURE.now());
    while (item.versao() < versao) {
      item = item.withStatus(status, item.vagasDisponiveis(), "", FIXTURE.now());
    }
    FIXTURE.local.putAll(List.of(item.toItem()));
  }

  private static void assertOvertaken(DomainEvent event) {
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("overtaken"));
    assertThat(FIXTURE.providers.requests()).isZero();
  }

  private static void assertTold(DomainEvent event) {
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
  }
}
