package com.minhacarona.carona;

import com.minhacarona.runtime.process.Environment;
import java.time.Duration;

/**
 * The settings of rides.
 *
 * @param vagasStaleness how old an answer of {@code CheckVagas} may be unless it was asked for a
 *     strong read
 */
public record CaronaConfig(Duration vagasStaleness) {
  private static final Duration DEFAULT_STALENESS = Duration.ofMillis(250);
  private static final Duration MAX_STALENESS = Duration.ofSeconds(10);

  public static CaronaConfig from(Environment environment) {
    return new CaronaConfig(
        environment.millis("MINHA_CARONA_VAGAS_STALENESS_MS", DEFAULT_STALENESS, MAX_STALENESS));
  }
}
