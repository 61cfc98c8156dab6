package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.table.Examples;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.ReservaRecusada;
import com.minhacarona.v1.Veiculo;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
  private static final Instant PARTIDA = Instant.parse("2026-11-27T11:00:00Z");
  private static final ZoneId ZONE = NotificationsConfig.DEFAULT_ZONE;

  /** Texts that residents may write, from nothing to the longest and the worst. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "Ana",
          "São João d'Oeste & Filhos",
          "<script>alert('oi')</script>",
          "{{nome}} {{{nome}}} {{#x}}",
          "linha\r\nBcc: outra@exemplo.com.br",
          "\u202Eodarreda\u0000",
          "👩‍👩‍👧 €[]{}^~|\\`",
          "ação ".repeat(24),
          "👍".repeat(60),
          "W".repeat(120));

  private static final List<String> REASONS =
      List.of(
          "VAGAS_INSUFICIENTES",
          "CARONA_FECHADA",
          "CARONA_NAO_ENCONTRADA",
          "MOTORISTA_NAO_RESERVA",
          "RESERVA_JA_EXISTE",
          "REQUEST_ID_REUTILIZADO",
          "ARGUMENTO_INVALIDO",
          "OUTRA");

  private final Templates templates = templates("https://minhacarona.com.br/avisos?a=1&b=2");

  @ParameterizedTest
  @EnumSource
  void everyMessage_isWritten_whateverResidentsWrite(MessageKind kind) {
    for (Texts texts : all(kind, templates)) {
      assertThat(texts.subject()).isNotBlank().doesNotContain("\n", "\r");
      assertThat(texts.pushTitle()).isNotBlank().doesNotContain("\n");
      assertThat(texts.push()).isNotBlank().doesNotContain("\n");
      assertThat(texts.sms()).matches("[ -Z_a-z]{20,160}");
      assertThat(texts.text()).startsWith("Olá").contains("/avisos?a=1&b=2");
      assertThat(texts.html())
          .startsWith("<!DOCTYPE html>")
          .endsWith("</html>\n")
          .doesNotContain("<script", "&amp;amp;");
      for (String text : List.of(texts.subject(), texts.text(), texts.html(), texts.push())) {
        assertThat(text).doesNotContain("\u0000", "\u202E", "\r", "\n\n\n");
        assertThat(text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noSms_isCut_soThatItLosesTheDeparture(MessageKind kind) {
    assertThat(all(kind, templates))
        .filteredOn(texts -> texts.text().contains("Partida"))
        .allSatisfy(texts -> assertThat(texts.sms()).contains("sex., 27 de nov., 08:00."));
  }

  @ParameterizedTest
  @EnumSource
  void noMessage_hasTheDefaultLocaleInIt(MessageKind kind) {
    List<Texts> expected = all(kind, templates);
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("ar-EG-u-nu-arab", "tr-TR", "th-TH-u-ca-buddhist", "en-US")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(all(kind, templates("https://minhacarona.com.br/avisos?a=1&b=2")))
            .isEqualTo(expected);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void markup_thatResidentsWrite_isShownAsTheyWroteIt() {
    Texts texts =
        render(MessageKind.RESERVA_CONFIRMADA_MOTORISTA, "<b>Ana & Cia</b>", "<i>Rua</i>", "");
    assertThat(texts.text()).contains("<b>Ana & Cia</b> reservou 1 vaga", "De: <i>Rua</i>");
    assertThat(texts.html())
        .contains("&lt;b&gt;Ana &amp; Cia&lt;/b&gt; reservou 1 vaga", "&lt;i&gt;Rua&lt;/i&gt;")
        .doesNotContain("<i>", "<b>");
  }

  @Test
  void withoutAPage_theEmailSaysWhereElse() {
    Texts texts =
        new Templates(
                new NotificationsConfig(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ZONE,
                    Optional.empty(),
                    Optional.empty()))
            .render(
                new Notice(MessageKind.CARONA_LOTADA_MOTORISTA, "motorista"),
                happening(MessageKind.CARONA_LOTADA_MOTORISTA, "a", "b", Optional.empty()),
                Map.of(),
                ZONE);
    assertThat(texts.text()).contains("abra o aplicativo").startsWith("Olá!");
    assertThat(texts.html()).contains("abra o aplicativo").doesNotContain("href");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-27T11:00:00Z, 'sex., 27 de nov., 08:00'",
    "2026-11-26T11:00:00Z, 'qui., 26 de nov., 08:00'",
    "2027-01-01T02:59:59Z, 'qui., 31 de dez., 23:59'",
    "2027-03-06T03:05:00Z, 'sáb., 6 de mar., 00:05'"
  })
  void times_areWrittenAsInBrazil(Instant instant, String text) {
    assertThat(PortugueseTime.text(instant, ZONE)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void seats_areCounted(int vagas) {
    assertThat(RecusaInWords.vagas(vagas)).isEqualTo(vagas == 1 ? "1 vaga" : vagas + " vagas");
  }

  @Test
  void gsm_losesAccentsOnly() {
    assertThat(Gsm.alphabet("Ação às três: pão, Ünião → “já”…"))
        .isEqualTo("Acao as tres: pao, Uniao - ja...");
  }

  private static Templates templates(String unsubscribe) {
    return new Templates(
        new NotificationsConfig(
            Optional.empty(),
            Optional.empty(),
            Optional.of(URI.create(unsubscribe)),
            ZONE,
            Optional.empty(),
            Optional.empty()));
  }

  private static List<Texts> all(MessageKind kind, Templates templates) {
    List<Texts> all = new ArrayList<>();
    for (String name : TEXTS) {
      for (String place : TEXTS) {
        all.add(render(kind, name, place, "VAGAS_INSUFICIENTES", templates));
      }
    }
    for (String reason : REASONS) {
      all.add(render(kind, "Ana", "Portaria", reason, templates));
    }
    return all;
  }

  private Texts render(MessageKind kind, String name, String place, String reason) {
    return render(kind, name, place, reason, templates);
  }

  private static Texts render(
      MessageKind kind, String name, String place, String reason, Templates templates) {
    Map<String, UsuarioItem> people = new HashMap<>();
    for (String id : Set.of("passageiro", "motorista")) {
      people.put(id, named(id, name));
    }
    Happening happening = happening(kind, place, reason, Optional.of("1"));
    String told =
        switch (kind.role()) {
          case PASSAGEIRO -> "passageiro";
          case MOTORISTA -> "motorista";
        };
    return templates.render(new Notice(kind, told), happening, people, ZONE);
  }

  private static Happening happening(
      MessageKind kind, String place, String reason, Optional<String> left) {
    Carona.Builder carona =
        Events.carona("c", "motorista", PARTIDA)
            .setOrigem(place)
            .setDestino(place)
            .setMotivo(place)
            .setVeiculo(Veiculo.newBuilder().setModelo(place).setPlaca("ABC1D23"));
    EventType type =
        List.of(EventType.values()).stream()
            .filter(t -> t.eventName().equals(kind.eventName()))
            .findFirst()
            .orElseThrow();
    DomainEvent event = Events.event(type, carona.build(), "passageiro", PARTIDA);
    if (event.data() instanceof ReservaRecusada refusal) {
      ReservaRecusada.Builder data = refusal.toBuilder().setReason(reason).clearMetadata();
      left.ifPresent(vagas -> data.putMetadata("vagas_disponiveis", vagas));
      if (reason.equals("CARONA_NAO_ENCONTRADA")) {
        data.clearCarona();
      }
      event = Events.event(type, PARTIDA, data.build());
    }
    return Happening.of(event).orElseThrow();
  }

  private static UsuarioItem named(String id, String name) {
    UsuarioItem any = Examples.usuario(id);
    return new UsuarioItem(
        id,
        any.condominioId(),
        name,
        any.email(),
        any.telefone(),
        any.pushEndpoint(),
        any.canais(),
        any.avisosRecusados(),
        any.silencio(),
        any.fuso());
  }
}
