package com.minhacarona.carona;

import java.time.Duration;

/**
 * How long things take on update streams.
 *
 * @param maxAge a stream ends by itself at this age at the latest, and its client finds the tasks
 *     that were added meanwhile
 * @param ageSpread how much earlier a stream may end, at random: streams that were opened all at
 *     once do not end all at once
 * @param silence a stream that sent nothing for this long sends a heartbeat
 * @param betweenTicks how often ages and silences are looked at
 */
record UpdateTimes(Duration maxAge, Duration ageSpread, Duration silence, Duration betweenTicks) {

  /**
   * The age is less than the grace that the server gives to calls of an old connection; the silence
   * is what the contract says.
   */
  static final UpdateTimes PRODUCTION =
      new UpdateTimes(
          Duration.ofMinutes(15),
          Duration.ofMinutes(3),
          Duration.ofSeconds(20),
          Duration.ofSeconds(1));
}
