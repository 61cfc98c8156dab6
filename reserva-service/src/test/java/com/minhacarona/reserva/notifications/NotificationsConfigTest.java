package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.process.ConfigurationException;
import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationsConfigTest {

  @Test
  void withoutSettings_noEmailIsSent_andTimeIsThatOfSaoPaulo() {
    assertThat(NotificationsConfig.from(new Environment(Map.of()), false))
        .isEqualTo(
            new NotificationsConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ZoneId.of("America/Sao_Paulo"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void allSettings_areRead() {
    Environment environment =
        new Environment(
            Map.of(
                "MINHA_CARONA_MAIL_FROM", "avisos@minhacarona.com.br",
                "MINHA_CARONA_MAIL_REPLY_TO", "ajuda+1@minhacarona.com.br",
                "MINHA_CARONA_MAIL_UNSUBSCRIBE", "https://minhacarona.com.br/avisos",
                "MINHA_CARONA_TIME_ZONE", "America/Manaus",
                "MINHA_CARONA_SES_ENDPOINT", "http://127.0.0.1:1",
                "MINHA_CARONA_SNS_ENDPOINT", "http://127.0.0.1:2"));
    assertThat(NotificationsConfig.from(environment, true))
        .isEqualTo(
            new NotificationsConfig(
                Optional.of("avisos@minhacarona.com.br"),
                Optional.of("ajuda+1@minhacarona.com.br"),
                Optional.of(URI.create("https://minhacarona.com.br/avisos")),
                ZoneId.of("America/Manaus"),
                Optional.of(URI.create("http://127.0.0.1:1")),
                Optional.of(URI.create("http://127.0.0.1:2"))));
    environment.verify();
  }

  @Test
  void whoReadsTheQueue_mustSayWhereEmailsComeFrom() {
    Map<String, String> variables = new HashMap<>();
    assertThatThrownBy(() -> read(variables))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("MINHA_CARONA_MAIL_FROM is not set");
    variables.put("MINHA_CARONA_MAIL_FROM", "avisos@minhacarona.com.br");
    read(variables);
  }

  @ParameterizedTest
  @CsvSource({
    "MINHA_CARONA_MAIL_FROM, Minha Carona <a@b.com>",
    "MINHA_CARONA_MAIL_FROM, a@b",
    "MINHA_CARONA_MAIL_REPLY_TO, ninguém@exemplo.com.br",
    "MINHA_CARONA_MAIL_UNSUBSCRIBE, mailto:a@b.com",
    "MINHA_CARONA_TIME_ZONE, America/Brasilia",
    "MINHA_CARONA_SES_ENDPOINT, ses"
  })
  void aMalformedSetting_isNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(name + " must be");
  }

  private static void read(Map<String, String> variables) {
    Environment environment = new Environment(variables);
    NotificationsConfig config = NotificationsConfig.from(environment, true);
    environment.verify();
    assertThat(config.mailFrom()).isPresent();
  }
}
