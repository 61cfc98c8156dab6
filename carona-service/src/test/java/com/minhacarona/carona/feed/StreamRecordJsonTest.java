package com.minhacarona.carona.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class StreamRecordJsonTest {
  private final CaronaItem carona = Examples.carona("c1", Instant.parse("2026-12-01T10:00:00Z"));

  @ParameterizedTest
  @EnumSource
  void carona_ofARide_isTheRide(Status status) {
    CaronaItem changed = carona.withStatus(status, 0, "assim foi", carona.criadaEm());
    assertThat(read("INSERT", carona.toItem())).contains(carona);
    assertThat(read("MODIFY", changed.toItem())).contains(changed);
  }

  @Test
  void carona_withAttributesOfALaterVersion_isTheRide() {
    Map<String, AttributeValue> item = new HashMap<>(carona.toItem());
    AttributeValue text = AttributeValue.fromS("x");
    AttributeValue number = AttributeValue.fromN("1.5");
    item.put("list", AttributeValue.fromL(List.of(text, AttributeValue.fromL(List.of(number)))));
    item.put("map", AttributeValue.fromM(Map.of("in", AttributeValue.fromM(Map.of("deep", text)))));
    item.put("empty", AttributeValue.fromL(List.of()));
    assertThat(read("MODIFY", item)).contains(carona);
  }

  @Test
  void carona_ofOtherItems_isEmpty() {
    ReservaItem reserva = Examples.reserva("c1", "ana", "r1");
    assertThat(read("INSERT", reserva.toItem())).isEmpty();
    assertThat(read("INSERT", carona.toPointer())).isEmpty();
  }

  @Test
  void carona_ofAnExpiry_isEmpty() {
    String expiry = StreamRecords.record("REMOVE", carona.toItem()).replace("NewImage", "OldImage");
    assertThat(StreamRecordJson.carona(expiry)).isEmpty();
  }

  @Test
  void carona_ofARideWithAttributesThatAreNone_isEmpty() {
    Map<String, AttributeValue> item = new HashMap<>(carona.toItem());
    item.put("versao", AttributeValue.fromN("many"));
    item.put("status", AttributeValue.fromS("VOANDO"));
    assertThat(read("MODIFY", item)).isEmpty();
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
    assertThat(StreamRecordJson.carona(garbage)).isEmpty();
  }

  private static Optional<CaronaItem> read(String event, Map<String, AttributeValue> image) {
    return StreamRecordJson.carona(StreamRecords.record(event, image));
  }
}
