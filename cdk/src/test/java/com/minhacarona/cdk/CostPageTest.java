package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CostPageTest {
  private static final Path PAGE = MinhaCaronaApp.ROOT.resolve("docs/costs.md");

  @Test
  void thePage_hasWhatTheTemplatesCost() throws IOException {
    String table = new CostPage(Synthesis.DEPLOYED).table();
    assertThat(Files.readString(PAGE)).contains(table);
  }

  @Test
  void thePage_hasWhatTheSmallEnvironmentCostsInOtherWays() throws IOException {
    String table = new CostPage(Synthesis.DEPLOYED).variants();
    assertThat(Files.readString(PAGE)).contains(table);
  }
}
