package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reasons for which calls fail, with their status: contract, page and code name the same. */
class EveryReasonTest {
  private static final String CODES =
      Arrays.stream(Status.Code.values()).map(Enum::name).collect(Collectors.joining("|"));

  private static final String REASON = "[A-Z]+(?:_[A-Z]+)*";

  /** In comments of the contract: {@code NOT_FOUND CARONA_NAO_ENCONTRADA}. */
  private static final Pattern IN_THE_CONTRACT =
      Pattern.compile("\\b(%s) (%s)\\b".formatted(CODES, REASON));

  /** A row of the page: reason, status. */
  private static final Pattern ON_THE_PAGE =
      Pattern.compile("^\\| `(%s)` \\| `(%s)` \\|".formatted(REASON, CODES), Pattern.MULTILINE);

  /** A status and then its reason, as a text or as a constant of {@code Errors}. */
  private static final Pattern IN_THE_CODE =
      Pattern.compile("Code\\.(%s),\\s*\"?(%s)\\b".formatted(CODES, REASON));

  /** The status of these is always the same. */
  private static final Pattern OF_A_FIELD =
      Pattern.compile("invalidField\\(\\s*\"(%s)\"".formatted(REASON));

  @Test
  void everyReasonOfTheContract_isOnThePage() throws IOException {
    assertThat(onThePage()).isEqualTo(inTheContract());
  }

  @Test
  void everyReasonOfTheContract_isInTheCode() throws IOException {
    assertThat(inTheCode()).isEqualTo(inTheContract());
  }

  private static Set<String> inTheContract() throws IOException {
    String comments = sources("../proto/src/main/protobuf", ".proto").replaceAll("\\s*//\\s*", " ");
    return found(IN_THE_CONTRACT, comments, "$1 $2");
  }

  private static Set<String> onThePage() throws IOException {
    return found(ON_THE_PAGE, Files.readString(Path.of("../docs/errors.md")), "$2 $1");
  }

  private static Set<String> inTheCode() throws IOException {
    String code =
        sources("../service-runtime/src/main", ".java")
            + sources("../carona-service/src/main", ".java")
            + sources("../reserva-service/src/main", ".java");
    Set<String> reasons = found(IN_THE_CODE, code, "$1 $2");
    reasons.addAll(found(OF_A_FIELD, code, "INVALID_ARGUMENT $1"));
    return reasons;
  }

  private static Set<String> found(Pattern pattern, String text, String form) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> pattern.matcher(result.group()).replaceFirst(form))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String sources(String folder, String ending) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).sorted().toList()) {
        all.append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }
}
