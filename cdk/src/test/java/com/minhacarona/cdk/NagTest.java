package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of cdk-nag's AwsSolutions on everything that is deployed. */
class NagTest {
  @Test
  void noRuleIsBroken_withoutAnExplanation() throws IOException {
    List<String> lines = Synthesis.DEPLOYED.nagLines();
    assertThat(lines).filteredOn(line -> line.contains("\"Compliant\"")).hasSizeGreaterThan(50);
    assertThat(lines).filteredOn(line -> line.contains("\"Non-Compliant\"")).isEmpty();
    assertThat(lines).filteredOn(line -> line.contains("\"UNKNOWN\"")).isEmpty();
  }
}
