package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No default locale may change what the code writes: keys, ids, and what programs read. */
class LocaleTest {
  /** Formats by the default locale; {@code %s} writes a number in ASCII digits everywhere. */
  private static final Pattern BY_LOCALE =
      Pattern.compile(
          "%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[deEfgGaAtT]\\b"
              + "|ofPattern\\(|DecimalFormat\\(|NumberFormat\\.|SimpleDateFormat\\("
              + "|to(Upper|Lower)Case\\(\\)");

  @Test
  void theCodeFormatsNothing_byTheDefaultLocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module :
        List.of(
            "proto",
            "single-table",
            "service-runtime",
            "carona-service",
            "reserva-service",
            "both-services",
            "local")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Files.readAllLines(file).stream()
              .filter(line -> !line.contains("Locale.ROOT"))
              .filter(line -> BY_LOCALE.matcher(line).find())
              .forEach(line -> found.add(file.getFileName() + ": " + line.strip()));
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
