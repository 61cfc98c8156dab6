package com.minhacarona.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One attribute of an item that an operator erased or mistyped, or that a newer version wrote.
 *
 * @param value in place of the one that this version writes; empty if the attribute is erased
 */
public record Damage(String attribute, Optional<AttributeValue> value) {

  /** A value of each type that DynamoDB has. */
  public static final Map<String, AttributeValue> EVERY_TYPE = everyType();

  private static final Set<String> KEY = Set.of(Attributes.PK, Attributes.SK);

  private static final Set<String> NOT_READ =
      Set.of(Attributes.EXPIRA_EM, Attributes.GSI1PK, Attributes.GSI1SHARD, Attributes.GSI1SK);

  private static final Set<String> OPTIONAL =
      Set.of(
          Attributes.VEICULO,
          Attributes.OBSERVACOES,
          Attributes.MOTIVO,
          Attributes.NOME,
          Attributes.EMAIL,
          Attributes.TELEFONE,
          Attributes.PUSH_ENDPOINT,
          Attributes.CANAIS,
          Attributes.AVISOS_RECUSADOS,
          Attributes.SILENCIO,
          Attributes.FUSO);

  private static final Set<String> INSTANTS =
      Set.of(
          Attributes.PARTIDA,
          Attributes.CRIADA_EM,
          Attributes.ATUALIZADA_EM,
          Attributes.RECUSADA_EM,
          Attributes.CLAIM_ATE);

  private static final Set<String> WORDS =
      Set.of(Attributes.STATUS, Attributes.CANAL, Attributes.FUSO);

  /**
   * All damages of an item like this one that DynamoDB lets happen: it lets nobody change the key
   * or store another type in the key of an index.
   */
  public static List<Damage> of(Map<String, AttributeValue> item) {
    List<Damage> damages = new ArrayList<>();
    item.forEach((attribute, value) -> {
      if (!KEY.contains(attribute)) {
        damages.add(new Damage(attribute, Optional.empty()));
        otherValues(attribute, value)
            .forEach(other -> damages.add(new Damage(attribute, Optional.of(other))));
      }
    });
    return damages;
  }

  private static List<AttributeValue> otherValues(String attribute, AttributeValue value) {
    List<AttributeValue> others = new ArrayList<>();
    if (attribute.equals(Attributes.GSI1SK)) {
      others.add(AttributeValue.fromS("9998-99-99T00:00:00.000Z"));
      others.add(AttributeValue.fromS("9998-01-01T00:00:00Z"));
    }
    if (OpenCaronaIndex.ATTRIBUTES.contains(attribute)) {
      return others;
    }
    EVERY_TYPE.values().stream().filter(v -> v.type() != value.type()).forEach(others::add);
    if (WORDS.contains(attribute)) {
      others.add(AttributeValue.fromS("VOANDO"));
    }
    if (INSTANTS.contains(attribute)) {
      others.add(AttributeValue.fromS("amanhã"));
      others.add(AttributeValue.fromS("+10000-01-01T00:00:00Z"));
    }
    switch (value.type()) {
      case N -> {
        others.add(AttributeValue.fromN("1.5"));
        others.add(AttributeValue.fromN("99999999999999999999"));
      }
      case L -> others.add(AttributeValue.fromL(List.of(EVERY_TYPE.get("N"))));
      case M -> others.add(AttributeValue.fromM(Map.of(Attributes.MODELO, EVERY_TYPE.get("N"))));
      default -> {}
    }
    return others;
  }

  /** The item with this damage. */
  public Map<String, AttributeValue> on(Map<String, AttributeValue> item) {
    Map<String, AttributeValue> damaged = new HashMap<>(item);
    damaged.remove(attribute);
    value.ifPresent(v -> damaged.put(attribute, v));
    return damaged;
  }

  /** Whether an item with this damage can be read all the same. */
  public boolean leavesReadable() {
    return NOT_READ.contains(attribute) || (value.isEmpty() && OPTIONAL.contains(attribute));
  }

  private static Map<String, AttributeValue> everyType() {
    SdkBytes bytes = SdkBytes.fromString("x", UTF_8);
    Map<String, AttributeValue> types = new LinkedHashMap<>();
    types.put("S", AttributeValue.fromS("texto"));
    types.put("N", AttributeValue.fromN("7"));
    types.put("B", AttributeValue.fromB(bytes));
    types.put("BOOL", AttributeValue.fromBool(true));
    types.put("NULL", AttributeValue.fromNul(true));
    types.put("M", AttributeValue.fromM(Map.of("x", AttributeValue.fromS("y"))));
    types.put("L", AttributeValue.fromL(List.of(AttributeValue.fromBool(false))));
    types.put("SS", AttributeValue.fromSs(List.of("a", "b")));
    types.put("NS", AttributeValue.fromNs(List.of("1", "2")));
    types.put("BS", AttributeValue.fromBs(List.of(bytes)));
    return Collections.unmodifiableMap(types);
  }
}
