package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Damage;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StreamRecordJsonTest {
  private final List<RuntimeException> skipped = new ArrayList<>();
  private static final CaronaItem CARONA =
      Examples.carona("c1", Instant.parse("2026-12-01T10:00:00Z"));

  @ParameterizedTest
  @EnumSource
  void carona_ofARide_isTheRide(Status status) {
    CaronaItem changed = CARONA.withStatus(status, 0, "assim foi", CARONA.criadaEm());
    assertThat(read("INSERT", CARONA.toItem())).contains(CARONA);
    assertThat(read("MODIFY", changed.toItem())).contains(changed);
  }

  @Test
  void carona_withAttributesOfALaterVersion_isTheRide() {
    Map<String, AttributeValue> item = new HashMap<>(CARONA.toItem());
    AttributeValue text = AttributeValue.fromS("x");
    AttributeValue number = AttributeValue.fromN("1.5");
    item.put("list", AttributeValue.fromL(List.of(text, AttributeValue.fromL(List.of(number)))));
    item.put("map", AttributeValue.fromM(Map.of("in", AttributeValue.fromM(Map.of("deep", text)))));
    item.put("empty", AttributeValue.fromL(List.of()));
    assertThat(read("MODIFY", item)).contains(CARONA);
  }

  @Test
  void carona_ofOtherItems_isEmpty() {
    ReservaItem reserva = Examples.reserva("c1", "ana", "r1");
    assertThat(read("INSERT", reserva.toItem())).isEmpty();
    assertThat(read("INSERT", CARONA.toPointer())).isEmpty();
  }

  @Test
  void carona_ofAnExpiry_isEmpty() {
    String expiry = StreamRecords.record("REMOVE", CARONA.toItem()).replace("NewImage", "OldImage");
    assertThat(StreamRecordJson.carona(expiry, skipped::add)).isEmpty();
  }

  static Stream<Damage> damages() {
    return Damage.of(CARONA.toItem()).stream();
  }

  @ParameterizedTest
  @MethodSource("damages")
  void carona_withAnyDamage_isTheRideOrSkipped(Damage damage) {
    Optional<CaronaItem> read = read("MODIFY", damage.on(CARONA.toItem()));
    assertThat(read.isPresent()).isEqualTo(damage.leavesReadable());
    assertThat(skipped).hasSize(damage.leavesReadable() ? 0 : 1);
  }

  static Stream<AttributeValue> everyType() {
    return Damage.EVERY_TYPE.values().stream();
  }

  @ParameterizedTest
  @MethodSource("everyType")
  void carona_withAnAttributeOfAnyType_isTheRide(AttributeValue value) {
    Map<String, AttributeValue> item = new HashMap<>(CARONA.toItem());
    item.put("novidade", value);
    item.put("lista", AttributeValue.fromL(List.of(value)));
    item.put("mapa", AttributeValue.fromM(Map.of("dentro", value)));
    assertThat(read("MODIFY", item)).contains(CARONA);
    assertThat(skipped).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "this is no record",
        "null",
        "[]",
        "42",
        "{",
        "{}",
        "{\"dynamodb\": null}",
        "{\"dynamodb\": []}",
        "{\"dynamodb\": {\"NewImage\": \"text\"}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": \"untyped\"}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"BOOL\": true}}}}",
        "{\"dynamodb\": {\"NewImage\": {\"SK\": {\"L\": 1}}}}",
      })
  void carona_ofGarbage_isEmpty(String garbage) {
    assertThat(StreamRecordJson.carona(garbage, skipped::add)).isEmpty();
  }

  private Optional<CaronaItem> read(String event, Map<String, AttributeValue> image) {
    return StreamRecordJson.carona(StreamRecords.record(event, image), skipped::add);
  }
}
