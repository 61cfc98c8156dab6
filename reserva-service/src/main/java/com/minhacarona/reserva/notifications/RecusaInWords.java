package com.minhacarona.reserva.notifications;

import java.util.Map;

/**
 * Explains to a resident why a booking was refused, as the end of a sentence. The reasons are those
 * of {@code ProcessarReserva}.
 */
final class RecusaInWords {
  /** A reason that no resident can do anything about, or one that this version does not know. */
  private static final String OTHER = "o pedido não pôde ser atendido";

  private static final String FEW = "VAGAS_INSUFICIENTES";

  private static final Map<String, String> IN_WORDS =
      Map.of(
          "CARONA_NAO_ENCONTRADA",
          "a carona não existe no seu condomínio",
          "CARONA_FECHADA",
          "a carona não aceita mais reservas",
          "MOTORISTA_NAO_RESERVA",
          "quem dirige já tem lugar",
          "RESERVA_JA_EXISTE",
          "você já tem uma reserva nesta carona",
          FEW,
          "não há vagas suficientes");

  static String inWords(String reason, Map<String, String> metadata) {
    String words = IN_WORDS.getOrDefault(reason, OTHER);
    return reason.equals(FEW)
        ? words + left(metadata.getOrDefault("vagas_disponiveis", ""))
        : words;
  }

  private static String left(String vagas) {
    return switch (vagas) {
      case "", "0" -> "";
      case "1" -> " (resta 1)";
      default -> " (restam %s)".formatted(vagas);
    };
  }

  static String vagas(int vagas) {
    return vagas == 1 ? "1 vaga" : vagas + " vagas";
  }

  private RecusaInWords() {}
}
