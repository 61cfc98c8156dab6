package com.minhacarona.local;

import static com.minhacarona.local.LocalFixture.booking;
import static com.minhacarona.local.LocalFixture.carona;
import static com.minhacarona.local.LocalFixture.reserva;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.client.RefusedException;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Races a cancellation against a booking of the same ride. Both orders come up many times in a
 * hundred rides; {@code mvn test -Dsoak} races a thousand, for orders that are rare.
 */
@Tag("dynamodb")
@Tag("soak")
class CancellationRaceTest {
  private static final LocalFixture LOCAL = new LocalFixture();

  private static final int ROUNDS = Boolean.getBoolean("soak") ? 1_000 : 100;

  /** The number of rides that race at the same time, which keeps the machine busy. */
  private static final int AT_ONCE = 8;

  @Test
  void noSeatIsLostOrFound_andNobodyIsConfirmedOnACancelledRide() throws Exception {
    try (ExecutorService rounds = Executors.newFixedThreadPool(AT_ONCE);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          IntStream.range(0, ROUNDS)
              .<Future<?>>mapToObj(round -> rounds.submit(() -> race(round % 2 == 0, callers)))
              .toList();
      for (Future<?> round : all) {
        round.get();
      }
    }
    assertThat(LOCAL.system.violations()).isEmpty();
  }

  /** Ana holds one of two seats; bia books the other while ana or the driver cancels. */
  private static Void race(boolean driverCancels, ExecutorService callers) throws Exception {
    String id = LOCAL.newCarona("motorista-" + UUID.randomUUID(), 2).getId();
    LOCAL.client.processarReserva(booking(id, "ana", 1).build());
    List<Future<Boolean>> answers =
        callers.invokeAll(
            List.of(
                acknowledged(() -> LOCAL.client.processarReserva(booking(id, "bia", 1).build())),
                driverCancels
                    ? acknowledged(() ->
                        LOCAL.client.updateCaronaStatus(
                            carona(id, StatusCarona.STATUS_CARONA_CANCELADA)))
                    : acknowledged(() ->
                        LOCAL.client.updateReservaStatus(
                            reserva(id, "ana", StatusReserva.STATUS_RESERVA_CANCELADA)))));
    boolean booked = answers.get(0).get();
    boolean cancelled = answers.get(1).get();
    assertThat(cancelled).isTrue();
    List<Reserva> reservas =
        LOCAL.client.getReservas(GetReservasRequest.newBuilder().setCaronaId(id).build());
    assertThat(reservas).hasSize(booked ? 2 : 1);
    assertThat(reservas.getFirst().getStatus()).isEqualTo(StatusReserva.STATUS_RESERVA_CANCELADA);
    if (booked) {
      assertThat(reservas.getLast().getStatus())
          .isEqualTo(
              driverCancels
                  ? StatusReserva.STATUS_RESERVA_CANCELADA
                  : StatusReserva.STATUS_RESERVA_CONFIRMADA);
    }
    return null;
  }

  /** Returns whether the call was carried out. The only refusal of this race is CARONA_FECHADA. */
  private static Callable<Boolean> acknowledged(Callable<?> call) {
    return () -> {
      try {
        call.call();
        return true;
      } catch (RefusedException e) {
        assertThat(e.reason()).isEqualTo("CARONA_FECHADA");
        return false;
      }
    };
  }
}
