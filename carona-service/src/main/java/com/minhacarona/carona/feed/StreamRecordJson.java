package com.minhacarona.carona.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import com.minhacarona.table.UnreadableItemException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A record of the table's stream as EventBridge Pipes writes it, in DynamoDB's JSON. */
final class StreamRecordJson {
  private static final Logger LOG = LoggerFactory.getLogger(StreamRecordJson.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The ride after the change; empty for other items, for expiries, and for what cannot be read.
   *
   * @param skipped is told of a ride that this version cannot read
   */
  static Optional<CaronaItem> carona(
      String record, Consumer<? super UnreadableItemException> skipped) {
    return image(record).flatMap(item -> ReadableItems.one(item, CaronaItem::from, skipped));
  }

  /** The item after the change, if it is a ride. */
  private static Optional<Map<String, AttributeValue>> image(String record) {
    try {
      JsonNode image = JSON.readTree(record).path("dynamodb").path("NewImage");
      return image.isObject() ? Optional.of(map(image)).filter(Keys::isCarona) : Optional.empty();
    } catch (JsonProcessingException | RuntimeException e) {
      // The same text would fail again. What it told, streams learn with the next change of the
      // ride, or when their clients open the next stream.
      LOG.error("Not a record of the table's stream, %s characters".formatted(record.length()), e);
      return Optional.empty();
    }
  }

  private static Map<String, AttributeValue> map(JsonNode attributes) {
    Map<String, AttributeValue> map = new HashMap<>();
    attributes.properties().forEach(a -> map.put(a.getKey(), value(a.getValue())));
    return map;
  }

  /**
   * Converts the types that the items of the table are made of. An attribute of another type is
   * none that this version reads, or none that it can read, so its value does not matter.
   */
  private static AttributeValue value(JsonNode typed) {
    Map.Entry<String, JsonNode> value = typed.properties().iterator().next();
    return switch (value.getKey()) {
      case "S" -> AttributeValue.fromS(value.getValue().asText());
      case "N" -> AttributeValue.fromN(value.getValue().asText());
      case "M" -> AttributeValue.fromM(map(value.getValue()));
      case "L" ->
          AttributeValue.fromL(
              value.getValue().valueStream().map(StreamRecordJson::value).toList());
      default -> AttributeValue.fromNul(true);
    };
  }

  private StreamRecordJson() {}
}
