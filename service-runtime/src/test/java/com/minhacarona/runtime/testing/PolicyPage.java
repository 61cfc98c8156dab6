package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The tables of {@code docs/policy.md}. */
public final class PolicyPage {
  private final String page;

  private PolicyPage(String page) {
    this.page = page;
  }

  /** Reads the page, from the folder of a module. */
  public static PolicyPage read() {
    try {
      return new PolicyPage(Files.readString(Path.of("../docs/policy.md")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each caller gets, by call and then by the caller's column. */
  public Map<String, Map<String, String>> table(String heading) {
    List<List<String>> rows = rows(heading);
    List<String> columns = rows.getFirst();
    Map<String, Map<String, String>> table = new LinkedHashMap<>();
    for (List<String> row : rows.subList(2, rows.size())) {
      assertThat(row).as("cells of a row").hasSameSizeAs(columns);
      Map<String, String> cells = new LinkedHashMap<>();
      IntStream.range(1, row.size()).forEach(i -> cells.put(columns.get(i), row.get(i)));
      assertThat(table.put(row.getFirst(), cells)).as("an earlier row of the same call").isNull();
    }
    return table;
  }

  /** What the page says of the reason of a status; it has the right name of the status, too. */
  public String reasons(int code) {
    List<String> row =
        rows("The answers").stream()
            .filter(cells -> cells.getFirst().equals(Integer.toString(code)))
            .findFirst()
            .orElseThrow();
    assertThat(row.get(1)).isEqualTo("`%s`".formatted(Status.fromCodeValue(code).getCode()));
    return row.get(2);
  }

  /** The callers in their order, as their table names them. */
  public List<String> callers() {
    List<List<String>> rows = rows("The callers");
    return rows.subList(2, rows.size()).stream()
        .flatMap(row -> Arrays.stream(row.getFirst().split(", ", -1)))
        .toList();
  }

  /** The cells of the first table under a heading; the first row has the columns' names. */
  private List<List<String>> rows(String heading) {
    String start = "\n## %s\n".formatted(heading);
    assertThat(page).contains(start);
    String section = page.substring(page.indexOf(start) + start.length());
    List<List<String>> rows = new ArrayList<>();
    for (String line : section.lines().toList()) {
      if (line.startsWith("|")) {
        List<String> cells = List.of(line.split("\\|", -1));
        rows.add(cells.subList(1, cells.size() - 1).stream().map(String::strip).toList());
      } else if (!rows.isEmpty() || line.startsWith("## ")) {
        break;
      }
    }
    assertThat(rows).as("the table under '%s'", heading).hasSizeGreaterThan(2);
    return rows;
  }
}
