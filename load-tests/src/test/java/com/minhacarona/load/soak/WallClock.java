package com.minhacarona.load.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The wall clock of a process, which is some seconds fast or slow. Debian's package {@code
 * faketime} makes it so; where that is not installed, all clocks are right.
 */
final class WallClock {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final String NAME = "libfaketimeMT.so.1";

  /** More than a clock that is kept by NTP is ever off. */
  private static final int MOST_SECONDS = 5;

  private static final Optional<Path> LIBRARY = find();

  private final int secondsFast;

  private WallClock(int secondsFast) {
    this.secondsFast = secondsFast;
  }

  static WallClock next(Random random) {
    int secondsFast = random.nextInt(-MOST_SECONDS, MOST_SECONDS + 1);
    return new WallClock(LIBRARY.isPresent() ? secondsFast : 0);
  }

  /** Environment variables of the process. Its monotonic clock, by which it waits, stays right. */
  Map<String, String> settings() {
    return LIBRARY
        .map(library ->
            Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME",
                (secondsFast < 0 ? "" : "+") + secondsFast,
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0"))
        .orElse(Map.of());
  }

  @Override
  public String toString() {
    return Integer.toString(secondsFast);
  }

  /** Each architecture has its libraries in a folder of its own. */
  private static Optional<Path> find() {
    try (Stream<Path> folders = Files.list(LIBRARIES)) {
      return folders
          .map(folder -> folder.resolve("faketime").resolve(NAME))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
