package com.minhacarona.carona;

import static com.minhacarona.table.CaronaItem.Status.ABERTA;
import static com.minhacarona.table.CaronaItem.Status.CANCELADA;
import static com.minhacarona.table.CaronaItem.Status.CONCLUIDA;
import static com.minhacarona.table.CaronaItem.Status.EM_ANDAMENTO;
import static com.minhacarona.table.CaronaItem.Status.LOTADA;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaronaTransitionsTest {
  private record Transition(Status from, Status to) {}

  @Test
  void allowed_ofAllPairs_areThoseOfTheContract() {
    List<Transition> allowed = new ArrayList<>();
    for (Status from : Status.values()) {
      for (Status to : Status.values()) {
        if (CaronaTransitions.allowed(from, to)) {
          allowed.add(new Transition(from, to));
        }
      }
    }
    assertThat(allowed)
        .containsExactlyInAnyOrder(
            new Transition(ABERTA, EM_ANDAMENTO),
            new Transition(ABERTA, CANCELADA),
            new Transition(LOTADA, EM_ANDAMENTO),
            new Transition(LOTADA, CANCELADA),
            new Transition(EM_ANDAMENTO, CONCLUIDA),
            new Transition(EM_ANDAMENTO, CANCELADA));
  }
}
