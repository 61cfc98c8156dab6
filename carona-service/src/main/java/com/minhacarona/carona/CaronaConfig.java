package com.minhacarona.carona;

import com.minhacarona.runtime.process.Environment;
import com.minhacarona.table.OpenCaronaIndex;
import java.time.Duration;

/**
 * The settings of rides.
 *
 * @param vagasStaleness how old a ride may be when {@code CheckVagas} or {@code GetCarona} is asked
 *     for it, unless it was asked for a strong read
 * @param shards over how many shards of {@link OpenCaronaIndex} new rides are spread
 * @param shardsRead of how many shards a list of all condominiums is made, not fewer than {@code
 *     shards}
 */
public record CaronaConfig(Duration vagasStaleness, int shards, int shardsRead) {
  private static final Duration DEFAULT_STALENESS = Duration.ofMillis(250);
  private static final Duration MAX_STALENESS = Duration.ofSeconds(10);

  private static final String SHARDS = "MINHA_CARONA_OPEN_SHARDS";
  private static final String SHARDS_READ = "MINHA_CARONA_OPEN_SHARDS_READ";

  /** With one shard. */
  public CaronaConfig(Duration vagasStaleness) {
    this(vagasStaleness, 1, 1);
  }

  public static CaronaConfig from(Environment environment) {
    int shards = environment.integer(SHARDS, 1, 1, OpenCaronaIndex.MAX_SHARDS);
    int read = environment.integer(SHARDS_READ, shards, 1, OpenCaronaIndex.MAX_SHARDS);
    if (read < shards) {
      environment.problem(
          "%s must be at least %s, or new rides are missing from lists"
              .formatted(SHARDS_READ, SHARDS));
    }
    return new CaronaConfig(
        environment.millis("MINHA_CARONA_VAGAS_STALENESS_MS", DEFAULT_STALENESS, MAX_STALENESS),
        shards,
        read);
  }
}
