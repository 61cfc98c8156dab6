package com.minhacarona.table;

import com.minhacarona.table.CaronaItem.Veiculo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rides, reservations and refusals for tests. */
public final class Examples {
  private static final Instant CRIADA_EM = Instant.parse("2026-11-21T10:00:00.123Z");

  /** An open ride of four seats, in {@code cond-1}. */
  public static CaronaItem carona(String id, Instant partida) {
    return carona(id, "cond-1", partida);
  }

  /** An open ride of four seats. */
  public static CaronaItem carona(String id, String condominioId, Instant partida) {
    return new CaronaItem(
        id,
        condominioId,
        "motorista-1",
        "Portaria",
        "Estação Butantã",
        partida,
        4,
        4,
        CaronaItem.Status.ABERTA,
        1,
        Optional.of(new Veiculo("Onix", "prata", "ABC1D23")),
        "Sem bagagem",
        "",
        CRIADA_EM,
        CRIADA_EM);
  }

  /** A confirmed reservation of one seat. */
  public static ReservaItem reserva(String caronaId, String usuarioId, String requestId) {
    return new ReservaItem(
        caronaId,
        usuarioId,
        1,
        ReservaItem.Status.CONFIRMADA,
        1,
        List.of(requestId),
        "",
        CRIADA_EM,
        CRIADA_EM);
  }

  /** The refusal of one seat, because the ride was full. */
  public static RecusaItem recusa(String caronaId, String usuarioId, String requestId) {
    return new RecusaItem(
        caronaId,
        usuarioId,
        requestId,
        "cond-1",
        1,
        "VAGAS_INSUFICIENTES",
        "Take another ride",
        Map.of("carona_id", caronaId, "vagas_disponiveis", "0"),
        CRIADA_EM);
  }

  private Examples() {}
}
