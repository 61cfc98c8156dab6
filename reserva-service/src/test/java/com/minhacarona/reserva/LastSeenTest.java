package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LastSeenTest {
  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final LastSeen lastSeen = new LastSeen(nanos::get);

  @Test
  void vagas_ofARideNeverSeen_areUnknown() {
    assertThat(lastSeen.vagas("c1")).isEmpty();
  }

  @Test
  void saw_anOpenRide_remembersItsSeats() {
    lastSeen.saw(carona(Status.ABERTA, 3));
    assertThat(lastSeen.vagas("c1")).hasValue(3);
    assertThat(lastSeen.vagas("c2")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ABERTA")
  void saw_aRideThatTakesNoBookings_remembersNoSeats(Status status) {
    lastSeen.saw(carona(status, 3));
    assertThat(lastSeen.vagas("c1")).hasValue(0);
  }

  @Test
  void booked_onARideNeverSeen_staysUnknown() {
    lastSeen.booked(booked(1, OptionalInt.empty()));
    assertThat(lastSeen.vagas("c1")).isEmpty();
  }

  @Test
  void booked_takesItsSeatsOff_butNeverTheLast() {
    lastSeen.saw(carona(Status.ABERTA, 4));
    lastSeen.booked(booked(2, OptionalInt.empty()));
    assertThat(lastSeen.vagas("c1")).hasValue(2);
    // Seats must have come back unseen, because this booking left at least one.
    lastSeen.booked(booked(2, OptionalInt.empty()));
    assertThat(lastSeen.vagas("c1")).hasValue(1);
  }

  @Test
  void booked_theLastSeats_remembersThatNoneAreLeft() {
    lastSeen.booked(booked(2, OptionalInt.of(0)));
    assertThat(lastSeen.vagas("c1")).hasValue(0);
  }

  @Test
  void forget_makesTheSeatsUnknown() {
    lastSeen.saw(carona(Status.ABERTA, 4));
    lastSeen.forget("c1");
    assertThat(lastSeen.vagas("c1")).isEmpty();
  }

  @Test
  void vagas_afterAWhile_areUnknown() {
    lastSeen.saw(carona(Status.ABERTA, 4));
    nanos.addAndGet(LastSeen.KEPT.toNanos() - 1);
    assertThat(lastSeen.vagas("c1")).hasValue(4);
    nanos.addAndGet(1);
    assertThat(lastSeen.vagas("c1")).isEmpty();
  }

  private static CaronaItem carona(Status status, int vagas) {
    return Examples.carona("c1", NOW.plusSeconds(60)).withStatus(status, vagas, "", NOW);
  }

  private static Booked booked(int vagas, OptionalInt left) {
    return new Booked(new NewReserva("r1", "c1", "ana", "cond-1", vagas).first(NOW), left);
  }
}
