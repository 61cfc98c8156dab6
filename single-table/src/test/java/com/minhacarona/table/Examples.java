package com.minhacarona.table;

import com.minhacarona.table.CaronaItem.Veiculo;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rides, reservations, residents and what they were told, for tests. */
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

  /** A resident of {@code cond-1} with every address and every wish, who wants all channels. */
  public static UsuarioItem usuario(String id) {
    return new UsuarioItem(
        id,
        "cond-1",
        "Ana Lúcia",
        id + "@exemplo.com.br",
        "+5511987654321",
        "arn:aws:sns:sa-east-1:000000000000:endpoint/GCM/minha-carona/" + id,
        EnumSet.allOf(Canal.class),
        Set.of("carona.lotada"),
        Optional.of(new Silencio(LocalTime.of(22, 0), LocalTime.of(7, 0))),
        Optional.of(ZoneId.of("America/Manaus")));
  }

  /** A note that is claimed until a minute after {@code now}. */
  public static AvisoItem aviso(String eventoId, String usuarioId, String claimId, Instant now) {
    return new AvisoItem(
        eventoId,
        usuarioId,
        Canal.EMAIL,
        AvisoItem.Status.ENVIANDO,
        claimId,
        now.plusSeconds(60),
        now);
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
