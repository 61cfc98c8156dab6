package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.CaronaStore.Freshness;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import java.time.Clock;
import java.time.Duration;

/** Answers how many seats are left in a ride. */
final class Vagas {
  private final Clock clock;

  @Inject
  Vagas(Clock clock) {
    this.clock = clock;
  }

  /** A question whether {@code vagas} seats of a ride could be booked. */
  record Question(String caronaId, int vagas, Freshness freshness) {}

  /**
   * The answer.
   *
   * @param available whether the seats could be booked when the ride was read
   * @param age how long ago that was
   */
  record Answer(CaronaItem carona, boolean available, Duration age) {}

  /** The answer by a ride that was read so long ago. */
  Answer answer(Question question, CaronaItem carona, Duration age) {
    boolean available =
        carona.status() == Status.ABERTA
            && carona.vagasDisponiveis() >= question.vagas()
            && carona.partida().isAfter(clock.instant());
    return new Answer(carona, available, age);
  }
}
