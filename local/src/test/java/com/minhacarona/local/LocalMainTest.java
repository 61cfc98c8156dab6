package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole system as a developer starts it: as a process. */
@Tag("process")
class LocalMainTest {
  private static final String READY = "is ready";

  /** Residents are told things in Portuguese, so other letters than those of ASCII are right. */
  private static final String OTHER_DIGITS = ".*[\\p{Nd}&&[^0-9]].*";

  private static final String VARIABLE = "MINHA_CARONA_DATA_DIR";

  @TempDir Path folder;

  /**
   * Some whose digits are not those of ASCII, and one that has two letters i. Each is a process of
   * four seconds, so two that failed once are for every build, and all are for the soak.
   */
  static Stream<List<String>> locales() {
    return Stream.of(
            List.of("-Duser.language=fa"),
            List.of("-Duser.language=th", "-Duser.country=TH", "-Duser.variant=TH"),
            List.of("-Duser.language=ar"),
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            List.of("-Duser.language=mr"),
            List.of("-Duser.language=tr"))
        .limit(Boolean.getBoolean("soak") ? 6 : 2);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("locales")
  void start_inAnyLocale_servesTheDemoData_andWritesAsciiDigits(List<String> locale)
      throws Exception {
    try (LocalProcess local = LocalProcess.start(locale, Map.of())) {
      local.awaitLine(READY);
      // The banner ends with a booking of a ride of the demo data.
      local.awaitLine("ReservaService/ProcessarReserva");
      assertThat(local.terminate().awaitExit()).isZero();
      assertThat(local.said())
          .allSatisfy(line -> assertThat(line).doesNotMatch(OTHER_DIGITS))
          .contains("Stopped: every call was answered, and the table is consistent.");
    }
  }

  @Test
  void start_onAFolderInUse_endsWithOneSentence_andTheOtherGoesOn() throws Exception {
    try (LocalProcess first = LocalProcess.start(List.of(), dataDir(folder))) {
      first.awaitLine(READY);
      assertRefused(dataDir(folder));
      assertThat(first.terminate().awaitExit()).isZero();
    }
    // The lock ends with its process, and the table is still there.
    try (LocalProcess next = LocalProcess.start(List.of(), dataDir(folder))) {
      next.awaitLine(READY);
    }
  }

  @Test
  void start_onAFolderThatIsAFile_endsWithOneSentence() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertRefused(dataDir(file));
    assertRefused(dataDir(file.resolve("below")));
  }

  @Test
  void start_onAFolderThatCannotBeMade_endsWithOneSentence() throws Exception {
    // Not even root can make a folder there.
    assertRefused(dataDir(Path.of("/proc/minha-carona")));
  }

  @Test
  void start_onAFolderWithTablesThatCannotBeRead_endsWithOneSentence() throws Exception {
    Path tables = folder.resolve("shared-local-instance.db");
    Files.write(tables, "these are no tables, ".repeat(100).getBytes(StandardCharsets.UTF_8));
    assertRefused(dataDir(folder));
    Files.delete(tables);
    Files.createDirectory(tables);
    assertRefused(dataDir(folder));
  }

  @Test
  void start_withASettingThatEndsInALineBreak_readsItWithout() throws Exception {
    Map<String, String> settings =
        Map.of(VARIABLE, folder + "\n", "MINHA_CARONA_LOG_LEVEL", " INFO\n");
    try (LocalProcess local = LocalProcess.start(List.of(), settings)) {
      local.awaitLine(READY);
      assertThat(folder.resolve("shared-local-instance.db")).isRegularFile();
    }
  }

  private static Map<String, String> dataDir(Path path) {
    return Map.of(VARIABLE, path.toString());
  }

  private static void assertRefused(Map<String, String> settings)
      throws IOException, InterruptedException {
    try (LocalProcess local = LocalProcess.start(List.of(), settings)) {
      assertThat(local.awaitExit()).as(String.join("\n", local.said())).isEqualTo(1);
      assertThat(local.said()).singleElement().asString().contains(VARIABLE);
    }
  }
}
