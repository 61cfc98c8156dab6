package com.minhacarona.table;

import static com.minhacarona.table.Attributes.*;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A ride as it is stored. Texts that were not given are empty, never null.
 *
 * @param partida departure, to the millisecond
 * @param vagasTotal seats offered
 * @param vagasDisponiveis seats left, 0 to {@code vagasTotal}
 * @param versao 1 at creation, one more with every change, seats included
 * @param motivo why the status last changed
 */
public record CaronaItem(
    String id,
    String condominioId,
    String motoristaId,
    String origem,
    String destino,
    Instant partida,
    int vagasTotal,
    int vagasDisponiveis,
    Status status,
    long versao,
    Optional<Veiculo> veiculo,
    String observacoes,
    String motivo,
    Instant criadaEm,
    Instant atualizadaEm) {

  /** How far ahead of its creation a ride may depart. */
  public static final Duration MAX_AHEAD = Duration.ofDays(90);

  /** How long a ride and its pointer are kept after departure. */
  public static final Duration RETENTION = Duration.ofDays(90);

  /** The life of a ride, stored by name. */
  public enum Status {
    /** Seats are left. */
    ABERTA,
    /** No seat is left; a cancellation opens it again. */
    LOTADA,
    EM_ANDAMENTO,
    CONCLUIDA,
    CANCELADA
  }

  public record Veiculo(String modelo, String cor, String placa) {
    Map<String, AttributeValue> toMap() {
      Map<String, AttributeValue> map = new HashMap<>();
      Values.putOptional(map, MODELO, modelo);
      Values.putOptional(map, COR, cor);
      Values.putOptional(map, PLACA, placa);
      return map;
    }

    static Veiculo from(Map<String, AttributeValue> map) {
      return new Veiculo(
          Values.optionalString(map, MODELO),
          Values.optionalString(map, COR),
          Values.optionalString(map, PLACA));
    }
  }

  /** As {@link #toItem(int)}, in the first shard. */
  public Map<String, AttributeValue> toItem() {
    return toItem(OpenCaronaIndex.FIRST_SHARD);
  }

  /**
   * The ride with its key and, while it is open, its index keys.
   *
   * @param shard the shard of the index; does not matter when the ride is not open
   */
  public Map<String, AttributeValue> toItem(int shard) {
    Map<String, AttributeValue> item = new HashMap<>(Keys.carona(id));
    item.put(CARONA_ID, Values.s(id));
    item.put(CONDOMINIO_ID, Values.s(condominioId));
    item.put(MOTORISTA_ID, Values.s(motoristaId));
    item.put(ORIGEM, Values.s(origem));
    item.put(DESTINO, Values.s(destino));
    item.put(PARTIDA, Values.s(partida));
    item.put(VAGAS_TOTAL, Values.n(vagasTotal));
    item.put(VAGAS_DISPONIVEIS, Values.n(vagasDisponiveis));
    item.put(STATUS, Values.s(status.name()));
    item.put(VERSAO, Values.n(versao));
    veiculo.ifPresent(v -> item.put(VEICULO, AttributeValue.fromM(v.toMap())));
    Values.putOptional(item, OBSERVACOES, observacoes);
    Values.putOptional(item, MOTIVO, motivo);
    item.put(CRIADA_EM, Values.s(criadaEm));
    item.put(ATUALIZADA_EM, Values.s(atualizadaEm));
    item.put(EXPIRA_EM, expiraEm());
    if (status == Status.ABERTA) {
      item.putAll(OpenCaronaIndex.keys(shard, partida));
    }
    return item;
  }

  /**
   * Reads a ride.
   *
   * @throws UnreadableItemException when this version cannot read it; see {@link ReadableItems}
   */
  public static CaronaItem from(Map<String, AttributeValue> item) {
    return new CaronaItem(
        Values.string(item, CARONA_ID),
        Values.string(item, CONDOMINIO_ID),
        Values.string(item, MOTORISTA_ID),
        Values.string(item, ORIGEM),
        Values.string(item, DESTINO),
        Values.instant(item, PARTIDA),
        Values.integer(item, VAGAS_TOTAL),
        Values.integer(item, VAGAS_DISPONIVEIS),
        Values.constant(item, STATUS, Status.class),
        Values.longInteger(item, VERSAO),
        Values.optionalMap(item, VEICULO, Veiculo::from),
        Values.optionalString(item, OBSERVACOES),
        Values.optionalString(item, MOTIVO),
        Values.instant(item, CRIADA_EM),
        Values.instant(item, ATUALIZADA_EM));
  }

  /** The same ride after a change of its status, with the next {@code versao}. */
  public CaronaItem withStatus(Status next, int nextVagas, String nextMotivo, Instant now) {
    return new CaronaItem(
        id,
        condominioId,
        motoristaId,
        origem,
        destino,
        partida,
        vagasTotal,
        nextVagas,
        next,
        versao + 1,
        veiculo,
        observacoes,
        nextMotivo,
        criadaEm,
        now);
  }

  /** The condominium's pointer to this ride. It is written once, together with the ride. */
  public Map<String, AttributeValue> toPointer() {
    Map<String, AttributeValue> item = new HashMap<>(Keys.pointer(condominioId, partida, id));
    item.put(CARONA_ID, Values.s(id));
    item.put(EXPIRA_EM, expiraEm());
    return item;
  }

  private AttributeValue expiraEm() {
    return Values.n(partida.plus(RETENTION).getEpochSecond());
  }
}
