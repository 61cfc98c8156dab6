package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.events.EventType;
import com.minhacarona.table.Examples;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.Carona;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code docs/notifications.md} shows what the code writes, and has a row for each message. */
class NotificationsPageTest {
  private static final Instant PARTIDA = Instant.parse("2026-11-27T11:00:00Z");

  private final String page = page();

  @ParameterizedTest
  @CsvSource({"subject", "body", "sms", "push"})
  void anExample_isWhatTheCodeWrites(String part) {
    UsuarioItem passenger = Examples.usuario("passageiro");
    Carona carona = Events.carona("c", "motorista", PARTIDA).build();
    Texts texts =
        new Templates(
                new NotificationsConfig(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(URI.create("https://minhacarona.com.br/avisos")),
                    NotificationsConfig.DEFAULT_ZONE,
                    Optional.empty(),
                    Optional.empty()))
            .render(
                new Notice(MessageKind.RESERVA_CONFIRMADA_PASSAGEIRO, "passageiro"),
                Happening.of(
                        Events.event(EventType.RESERVA_CONFIRMADA, carona, "passageiro", PARTIDA))
                    .orElseThrow(),
                Map.of("passageiro", passenger),
                NotificationsConfig.DEFAULT_ZONE);
    String written =
        switch (part) {
          case "subject" -> texts.subject();
          case "body" -> texts.text().strip();
          case "sms" -> texts.sms();
          default -> texts.pushTitle() + "\n" + texts.push();
        };
    Matcher block =
        Pattern.compile("^```text " + part + "\\n(.*?)\\n```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(page);
    assertThat(block.find()).isTrue();
    assertThat(block.group(1)).isEqualTo(written);
  }

  @ParameterizedTest
  @EnumSource
  void everyMessage_hasARow(MessageKind kind) {
    String role =
        switch (kind.role()) {
          case PASSAGEIRO -> "passenger";
          case MOTORISTA -> "driver";
        };
    assertThat(page.lines())
        .anyMatch(line -> line.startsWith("| `" + kind.eventName() + "` |") && line.contains(role));
  }

  @Test
  void everyOutcome_isExplained() {
    for (String outcome :
        new String[] {
          "sent",
          "repeated",
          "refused",
          "no_resident",
          "opted_out",
          "no_consent",
          "no_contact",
          "quiet",
          "busy",
          "failed"
        }) {
      assertThat(page).contains("| `" + outcome + "` |");
    }
  }

  private static String page() {
    try {
      return Files.readString(Path.of("../docs/notifications.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
