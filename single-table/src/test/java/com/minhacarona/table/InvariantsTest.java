package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class InvariantsTest {
  private static final CaronaItem CARONA =
      Examples.carona("c1", Instant.parse("2026-11-22T09:30:00Z"));

  private final Map<String, AttributeValue> carona = new HashMap<>(CARONA.toItem());
  private final List<Map<String, AttributeValue>> items =
      new ArrayList<>(List.of(carona, CARONA.toPointer()));

  @Test
  void aNewRide_violatesNothing() {
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void aBookedRide_violatesNothing() {
    items.add(Examples.reserva("c1", "u1", "r1").toItem());
    carona.put("vagas_disponiveis", Values.n(3));
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void aCancelledReservation_holdsNoSeats() {
    items.add(
        Examples.reserva("c1", "u1", "r1")
            .withStatus(ReservaItem.Status.CANCELADA, "", CARONA.partida())
            .toItem());
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void anOpenRide_mayBeInAnyShard_thatThereIs() {
    carona.putAll(OpenCaronaIndex.keys(OpenCaronaIndex.MAX_SHARDS - 1, CARONA.partida()));
    assertThat(Invariants.violations(items)).isEmpty();
    carona.putAll(OpenCaronaIndex.keys(OpenCaronaIndex.MAX_SHARDS, CARONA.partida()));
    assertThat(Invariants.violations(items)).singleElement().asString().contains("index keys");
  }

  @Test
  void aFullRide_violatesNothing_andOneWithASeatIsFound() {
    carona.put("status", Values.s("LOTADA"));
    OpenCaronaIndex.WHILE_OPEN.forEach(carona::remove);
    carona.put("vagas_disponiveis", Values.n(1));
    for (String usuario : List.of("u1", "u2", "u3")) {
      items.add(Examples.reserva("c1", usuario, usuario).toItem());
    }
    assertThat(Invariants.violations(items)).containsExactly("c1 is LOTADA with 1 seats left");
    items.add(Examples.reserva("c1", "u4", "u4").toItem());
    carona.put("vagas_disponiveis", Values.n(0));
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void aCancelledReservation_onACancelledRide_violatesNothing() {
    carona.put("status", Values.s("CANCELADA"));
    carona.keySet().removeAll(OpenCaronaIndex.ATTRIBUTES);
    items.add(
        Examples.reserva("c1", "u1", "r1")
            .withStatus(ReservaItem.Status.CANCELADA, "", CARONA.partida())
            .toItem());
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void residentsAndNotes_violateNothing_whateverTheirIds() {
    Instant now = Instant.parse("2026-11-22T09:30:00Z");
    for (String id : List.of("u1", "CARONA#c1", "RESERVA#u1", "DETALHES", "CONDOMINIO#1")) {
      items.add(Examples.usuario(id).toItem());
      items.add(Examples.aviso(id, id, "claim", now).toItem());
    }
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void aRefusal_violatesNothing() {
    items.add(Examples.recusa("c1", "u1", "r1").toItem());
    items.add(Examples.recusa("c2", "u1", "r1").toItem());
    assertThat(Invariants.violations(items)).isEmpty();
  }

  @Test
  void aSeatSoldTwice_isFound() {
    items.add(Examples.reserva("c1", "u1", "r1").toItem());
    assertThat(Invariants.violations(items))
        .containsExactly("c1 has 4 of 4 seats left, and 1 are held");
  }

  @Test
  void anOpenRideWithoutSeats_isFound() {
    carona.put("vagas_disponiveis", Values.n(0));
    assertThat(Invariants.violations(items)).contains("c1 is ABERTA with 0 seats left");
  }

  @Test
  void negativeSeats_areFound() {
    carona.put("vagas_disponiveis", Values.n(-1));
    assertThat(Invariants.violations(items)).contains("c1 has -1 seats left");
  }

  @Test
  void aClosedRideInTheIndex_isFound() {
    carona.put("status", Values.s("EM_ANDAMENTO"));
    assertThat(Invariants.violations(items))
        .singleElement()
        .asString()
        .startsWith("c1 is EM_ANDAMENTO with the index keys {GSI1");
  }

  @Test
  void anOpenRideElsewhereInTheIndex_isFound() {
    carona.put("GSI1PK", Values.s("STATUS#FECHADA"));
    assertThat(Invariants.violations(items))
        .singleElement()
        .asString()
        .startsWith("c1 is ABERTA with the index keys {GSI1");
  }

  @Test
  void anOpenRideNotInTheIndex_isFound() {
    carona.keySet().removeAll(OpenCaronaIndex.ATTRIBUTES);
    assertThat(Invariants.violations(items))
        .singleElement()
        .asString()
        .startsWith("c1 is ABERTA with the index keys {}, expected {GSI1");
  }

  @Test
  void aConfirmedReservationOnACancelledRide_isFound() {
    carona.put("status", Values.s("CANCELADA"));
    carona.keySet().removeAll(OpenCaronaIndex.ATTRIBUTES);
    carona.put("vagas_disponiveis", Values.n(3));
    items.add(Examples.reserva("c1", "u1", "r1").toItem());
    assertThat(Invariants.violations(items))
        .containsExactly("c1 is cancelled and has a confirmed reservation");
  }

  @Test
  void aReservationWithoutARide_isFound() {
    items.add(Examples.reserva("c2", "u1", "r1").toItem());
    assertThat(Invariants.violations(items)).containsExactly("c2 has reservations and no ride");
  }

  @Test
  void aRequestThatTookEffectTwice_isFound() {
    Map<String, AttributeValue> reserva =
        new HashMap<>(Examples.reserva("c1", "u1", "r1").toItem());
    reserva.put("request_ids", Values.list(List.of("r1", "r1")));
    carona.put("vagas_disponiveis", Values.n(3));
    items.add(reserva);
    assertThat(Invariants.violations(items))
        .singleElement()
        .asString()
        .startsWith("c1 has a request that took effect twice");
  }

  @Test
  void aRideWithoutPointer_isFound() {
    assertThat(Invariants.violations(List.of(carona))).containsExactly("c1 has no pointer");
  }

  @Test
  void aPointerWithoutRide_isFound() {
    items.add(Examples.carona("c2", CARONA.partida()).toPointer());
    assertThat(Invariants.violations(items))
        .containsExactly("CARONA#2026-11-22T09:30:00.000Z#c2 points to no ride");
  }
}
