package com.minhacarona.reserva.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.ReservaItem;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of statuses before and after a change. */
class StatusEventsTest {
  /** The events by the status after the change, which the contract has in the same words. */
  private static final Map<CaronaItem.Status, String> OF_CARONA =
      Map.of(
          CaronaItem.Status.ABERTA, "carona.reaberta",
          CaronaItem.Status.LOTADA, "carona.lotada",
          CaronaItem.Status.EM_ANDAMENTO, "carona.em_andamento",
          CaronaItem.Status.CONCLUIDA, "carona.concluida",
          CaronaItem.Status.CANCELADA, "carona.cancelada");

  private static final Map<ReservaItem.Status, String> OF_RESERVA =
      Map.of(
          ReservaItem.Status.CONFIRMADA, "reserva.confirmada",
          ReservaItem.Status.CANCELADA, "reserva.cancelada",
          ReservaItem.Status.CONCLUIDA, "reserva.concluida",
          ReservaItem.Status.NAO_COMPARECEU, "reserva.nao_compareceu");

  static Stream<Arguments> caronas() {
    return pairs(CaronaItem.Status.values());
  }

  static Stream<Arguments> reservas() {
    return pairs(ReservaItem.Status.values());
  }

  private static <S> Stream<Arguments> pairs(S[] values) {
    return Stream.concat(Stream.of(Optional.<S>empty()), Arrays.stream(values).map(Optional::of))
        .flatMap(before -> Arrays.stream(values).map(after -> Arguments.of(before, after)));
  }

  @ParameterizedTest
  @MethodSource("caronas")
  void ofCarona_isTheEventOfTheNewStatus(
      Optional<CaronaItem.Status> before, CaronaItem.Status after) {
    Optional<String> expected;
    if (before.isEmpty()) {
      expected = Optional.of("carona.criada");
    } else if (before.get() == after
        || (after == CaronaItem.Status.ABERTA && before.get() != CaronaItem.Status.LOTADA)) {
      expected = Optional.empty();
    } else {
      expected = Optional.of(OF_CARONA.get(after));
    }
    assertThat(StatusEvents.ofCarona(before, after).map(EventType::eventName)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("reservas")
  void ofReserva_isTheEventOfTheNewStatus(
      Optional<ReservaItem.Status> before, ReservaItem.Status after) {
    Optional<String> expected =
        before.equals(Optional.of(after)) ? Optional.empty() : Optional.of(OF_RESERVA.get(after));
    assertThat(StatusEvents.ofReserva(before, after).map(EventType::eventName)).isEqualTo(expected);
  }
}
