package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The guards of {@code docs/stand-ins.md} exist, and every place has one or says that it has none.
 */
class StandInsTest {
  private static final Path ROOT = Path.of("..");

  /** A class of JUnit, or a module of pytest. */
  private static final Pattern GUARD = Pattern.compile("`([A-Z][A-Za-z]+Test|test_[a-z]+\\.py)`");

  @Test
  void everyGuard_isATest_andEveryPlaceHasOneOrNothingYet() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(ROOT, 10)) {
      tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.java") || name.matches("test_[a-z]+\\.py"))
              .map(name -> name.replace(".java", ""))
              .collect(Collectors.toSet());
    }
    String page = Files.readString(ROOT.resolve("docs/stand-ins.md"));
    assertThat(GUARD.matcher(page).results().map(guard -> guard.group(1)))
        .isNotEmpty()
        .allSatisfy(guard -> assertThat(tests).contains(guard));
    assertThat(page.lines().filter(line -> line.startsWith("| ") && !line.endsWith("| guard |")))
        .allSatisfy(row -> {
          String guard = row.split("\\|", -1)[3];
          assertThat(
                  GUARD.matcher(guard).find()
                      || guard.contains("nothing yet")
                      || guard.contains("both are granted"))
              .as(row)
              .isTrue();
        });
  }
}
