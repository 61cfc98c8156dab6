package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every environment variable that the code reads is on the page of settings, and no other. */
class EverySettingTest {
  /** The name of a variable as a text of the code. */
  private static final Pattern IN_THE_CODE =
      Pattern.compile("\"((?:MINHA_CARONA|AWS)_[A-Z_]*[A-Z])\"");

  /** A row of the page. */
  private static final Pattern ON_THE_PAGE =
      Pattern.compile("^\\| `((?:MINHA_CARONA|AWS)_[A-Z_]+)` \\|", Pattern.MULTILINE);

  @Test
  void everyVariable_isOnThePage() throws IOException {
    Set<String> read = new TreeSet<>();
    for (String module :
        new String[] {
          "service-runtime", "carona-service", "reserva-service", "both-services", "local"
        }) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          read.addAll(names(IN_THE_CODE, Files.readString(file)));
        }
      }
    }
    assertThat(names(ON_THE_PAGE, Files.readString(Path.of("../docs/settings.md"))))
        .isEqualTo(read);
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
