package com.minhacarona.local.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reasons for which calls fail, with their status: contract, page and code name the same. */
class EveryReasonTest {
  private static final Path PAGE = Path.of("../docs/errors.md");

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

  /** An RPC of the contract with the lines of its comment. */
  private static final Pattern RPC =
      Pattern.compile("((?:^ *//.*\\n)*)^ *rpc (\\w+)", Pattern.MULTILINE);

  @Test
  void everyReasonOfTheContract_isOnThePage() throws IOException {
    assertThat(onThePage())
        .as("rows of docs/errors.md")
        .containsExactlyInAnyOrderElementsOf(inTheContract());
  }

  @Test
  void everyReasonOfAnRpc_namesItOnThePage() throws IOException {
    List<String> rows = Files.readAllLines(PAGE);
    Matcher rpc = RPC.matcher(sources("../proto/src/main/protobuf", ".proto"));
    while (rpc.find()) {
      String name = rpc.group(2);
      for (String reason : reasons(rpc.group(1))) {
        assertThat(rows.stream().filter(row -> isAbout(row, reason)))
            .as("docs/errors.md, column \"of\": %s of %s", reason, name)
            .anyMatch(row -> isOf(row, name));
      }
    }
  }

  @Test
  void everyReasonOfTheContract_isInTheCode() throws IOException {
    assertThat(inTheCode())
        .as("Refusals and Errors")
        .containsExactlyInAnyOrderElementsOf(inTheContract());
  }

  /** Because {@code refusal} cannot carry the {@code BadRequest} that belongs to this status. */
  @Test
  void invalidArgument_isNoRefusal() throws IOException {
    assertThat(
            Pattern.compile("refusal\\(\\s*(?:Status\\.)?Code\\.INVALID_ARGUMENT")
                .matcher(code())
                .find())
        .as("Errors.refusal with INVALID_ARGUMENT; use Errors.invalidField")
        .isFalse();
  }

  private static Set<String> inTheContract() throws IOException {
    return reasons(sources("../proto/src/main/protobuf", ".proto"));
  }

  /** The reasons that comments name, each after its status. */
  private static Set<String> reasons(String comments) {
    return found(IN_THE_CONTRACT, comments.replaceAll("\\s*//\\s*", " "), "$1 $2");
  }

  private static Set<String> onThePage() throws IOException {
    return found(ON_THE_PAGE, Files.readString(PAGE), "$2 $1");
  }

  /** Whether the third column names the RPC, or a group of calls. */
  private static boolean isOf(String row, String rpc) {
    return Pattern.compile("`%s`|\\bcalls?\\b".formatted(rpc))
        .matcher(row.split("\\|", -1)[3])
        .find();
  }

  private static boolean isAbout(String row, String reason) {
    return found(ON_THE_PAGE, row, "$2 $1").contains(reason);
  }

  private static Set<String> inTheCode() throws IOException {
    Set<String> reasons = found(IN_THE_CODE, code(), "$1 $2");
    reasons.addAll(found(OF_A_FIELD, code(), "INVALID_ARGUMENT $1"));
    return reasons;
  }

  private static String code() throws IOException {
    return sources("../service-runtime/src/main", ".java")
        + sources("../carona-service/src/main", ".java")
        + sources("../reserva-service/src/main", ".java");
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
