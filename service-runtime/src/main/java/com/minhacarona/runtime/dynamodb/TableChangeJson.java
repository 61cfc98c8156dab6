package com.minhacarona.runtime.dynamodb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A record of the table's stream as EventBridge Pipes writes it, in DynamoDB's JSON. The SDK has a
 * parser of that, but not for use by others.
 */
public final class TableChangeJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads one record.
   *
   * @throws IllegalArgumentException when the text is none; the message says why, and holds nothing
   *     of the text
   */
  public static TableChange read(String record) {
    JsonNode change = parsed(record).path("dynamodb");
    if (!change.isObject()) {
      throw new IllegalArgumentException("\"dynamodb\" is no object");
    }
    return new TableChange(image(change, "OldImage"), image(change, "NewImage"));
  }

  private static JsonNode parsed(String record) {
    try {
      return JSON.readTree(record);
    } catch (JsonProcessingException e) {
      e.clearLocation();
      throw new IllegalArgumentException("no JSON: " + e.getClass().getSimpleName(), e);
    }
  }

  private static Optional<Map<String, AttributeValue>> image(JsonNode change, String name) {
    JsonNode image = change.path(name);
    return image.isMissingNode() || image.isNull() ? Optional.empty() : Optional.of(map(image));
  }

  private static Map<String, AttributeValue> map(JsonNode attributes) {
    if (!attributes.isObject()) {
      throw new IllegalArgumentException("no map of attributes: " + attributes.getNodeType());
    }
    Map<String, AttributeValue> map = new HashMap<>();
    attributes.properties().forEach(a -> map.put(a.getKey(), value(a.getValue())));
    return map;
  }

  private static AttributeValue value(JsonNode typed) {
    if (typed.size() != 1 || !typed.isObject()) {
      throw new IllegalArgumentException("no attribute with one type: " + typed.getNodeType());
    }
    Map.Entry<String, JsonNode> only = typed.properties().iterator().next();
    JsonNode value = only.getValue();
    return switch (only.getKey()) {
      case "S" -> AttributeValue.fromS(value.asText());
      case "N" -> AttributeValue.fromN(value.asText());
      case "B" -> AttributeValue.fromB(bytes(value));
      case "BOOL" -> AttributeValue.fromBool(value.asBoolean());
      case "M" -> AttributeValue.fromM(map(value));
      case "L" -> AttributeValue.fromL(list(value, TableChangeJson::value));
      case "SS" -> AttributeValue.fromSs(list(value, JsonNode::asText));
      case "NS" -> AttributeValue.fromNs(list(value, JsonNode::asText));
      case "BS" -> AttributeValue.fromBs(list(value, TableChangeJson::bytes));
      // Of a type that DynamoDB did not have when this was written, or NULL.
      default -> AttributeValue.fromNul(true);
    };
  }

  private static <T> List<T> list(JsonNode values, Function<JsonNode, T> read) {
    return values.valueStream().map(read).toList();
  }

  private static SdkBytes bytes(JsonNode base64) {
    return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64.asText()));
  }

  private TableChangeJson() {}
}
