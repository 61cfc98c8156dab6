package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.Veiculo;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What templates tell: the texts of people and of the ride, in one line each, and times by the
 * resident's clock. A text that is not known is empty; without a ride there are no texts of one.
 */
final class Facts {
  /** Residents write these texts, and might make a header or another line of them. */
  private static final Pattern NOT_OF_A_LINE = Pattern.compile("[\\s\\p{C}\\p{Zl}\\p{Zp}]+");

  /** How long texts of residents may be: of a place, and of anything else. */
  enum Length {
    /** All there is: the contract limits them. */
    FULL(280, 140),
    /** For a line in a list of messages. */
    LINE(60, 40),
    /** For a text of 160 characters with two places, two other texts and a time. */
    SMS(25, 16);

    private final int place;
    private final int other;

    Length(int place, int other) {
      this.place = place;
      this.other = other;
    }
  }

  /** The values of a message, by the names that templates use. */
  static Map<String, Object> of(
      Notice notice,
      Happening happening,
      Map<String, UsuarioItem> people,
      ZoneId zone,
      Length length) {
    UnaryOperator<String> place = text -> fit(text, length, length.place);
    UnaryOperator<String> other = text -> fit(text, length, length.other);
    Map<String, Object> facts = new HashMap<>();
    facts.put("nome", other.apply(name(people, notice.usuarioId())));
    facts.put(
        "passageiro",
        other.apply(
            Optional.of(name(people, happening.passageiroId()))
                .filter(name -> !name.isEmpty())
                .orElse("Um passageiro")));
    facts.put("vagas", RecusaInWords.vagas(happening.vagas()));
    facts.put("explicacao", RecusaInWords.inWords(happening.reason(), happening.metadata()));
    facts.put("carona", happening.carona().isPresent());
    happening
        .carona()
        .ifPresent(carona -> {
          facts.put("motorista", other.apply(name(people, carona.getMotoristaId())));
          facts.put("origem", place.apply(carona.getOrigem()));
          facts.put("destino", place.apply(carona.getDestino()));
          facts.put("partida", PortugueseTime.text(happening.partida().orElseThrow(), zone));
          facts.put("veiculo", place.apply(veiculo(carona)));
          facts.put("motivo", place.apply(carona.getMotivo()));
        });
    return facts;
  }

  private static String name(Map<String, UsuarioItem> people, String usuarioId) {
    return Optional.ofNullable(people.get(usuarioId)).map(UsuarioItem::nome).orElse("");
  }

  private static String veiculo(Carona carona) {
    Veiculo veiculo = carona.getVeiculo();
    String looks =
        Stream.of(veiculo.getModelo(), veiculo.getCor())
            .filter(text -> !text.isBlank())
            .collect(Collectors.joining(" "));
    return Stream.of(looks, veiculo.getPlaca())
        .filter(text -> !text.isBlank())
        .collect(Collectors.joining(", "));
  }

  private static String fit(String text, Length length, int max) {
    String line = NOT_OF_A_LINE.matcher(text).replaceAll(" ").strip();
    return Gsm.cut(length == Length.SMS ? Gsm.alphabet(line) : line, max);
  }

  private Facts() {}
}
