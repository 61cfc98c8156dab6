package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MailStackTest {
  @Test
  void eMailsComeFromAVerifiedDomain_andTheRecordsToWriteAreTold() {
    for (EnvironmentConfig config : EnvironmentConfig.ALL) {
      String stack = config.named("mail");
      JsonNode identity = Synthesis.DEPLOYED.only(stack, "AWS::SES::EmailIdentity");
      assertThat(identity.get("EmailIdentity").asText()).isEqualTo(config.mail().domain());
      assertThat(config.mail().from()).endsWith("@" + config.mail().domain());
      assertThat(Synthesis.DEPLOYED.templates().get(stack).get("Outputs")).hasSize(3);
    }
  }

  @Test
  void noTwoEnvironmentsOfARegion_haveTheSameDomain() {
    Set<String> domains = new HashSet<>();
    for (EnvironmentConfig config : EnvironmentConfig.ALL) {
      assertThat(domains.add(config.region() + " " + config.mail().domain())).isTrue();
    }
  }
}
