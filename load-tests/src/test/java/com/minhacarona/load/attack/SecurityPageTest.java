package com.minhacarona.load.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecurityPageTest {
  private static final Path PAGE = Path.of("..", "SECURITY.md");
  private static final String BEGIN = "<!-- AttackReport begins -->";
  private static final String END = "<!-- AttackReport ends -->";

  @Test
  void table_ofThePage_hasTheAttacksOfTheReport() throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    List<String> table =
        lines.subList(lines.indexOf(BEGIN) + 1, lines.indexOf(END)).stream()
            .filter(line -> !line.isEmpty())
            .toList();

    assertThat(table.subList(0, 2)).containsExactly(AttackReport.COLUMNS, AttackReport.RULE);
    List<String> rows = table.subList(2, table.size());
    assertThat(rows).hasSameSizeAs(Attack.values());
    for (Attack attack : Attack.values()) {
      assertThat(rows.get(attack.number() - 1)).startsWith(AttackReport.description(attack));
    }
  }

  @Test
  void numbers_ofTheAttacks_areThoseOfTheRows() {
    assertThat(Arrays.stream(Attack.values()).map(Attack::number))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, Attack.values().length).boxed().toList());
  }
}
