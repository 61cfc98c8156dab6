package com.minhacarona.reserva.events;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Records of the table's stream as EventBridge Pipes writes them. */
public final class Records {

  /**
   * A record of one change.
   *
   * @param before the old image; empty for a new item
   * @param after the new image; empty for a removed item
   */
  public static String of(Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
    JsonObject change = new JsonObject();
    if (!before.isEmpty()) {
      change.add("OldImage", map(before));
    }
    if (!after.isEmpty()) {
      change.add("NewImage", map(after));
    }
    JsonObject record = new JsonObject();
    record.addProperty(
        "eventName", before.isEmpty() ? "INSERT" : after.isEmpty() ? "REMOVE" : "MODIFY");
    record.add("dynamodb", change);
    return record.toString();
  }

  private static JsonObject map(Map<String, AttributeValue> attributes) {
    JsonObject map = new JsonObject();
    attributes.forEach((name, value) -> map.add(name, typed(value)));
    return map;
  }

  private static JsonObject typed(AttributeValue value) {
    JsonObject typed = new JsonObject();
    typed.add(value.type().name(), content(value));
    return typed;
  }

  private static JsonElement content(AttributeValue value) {
    return switch (value.type()) {
      case S -> new JsonPrimitive(value.s());
      case N -> new JsonPrimitive(value.n());
      case M -> map(value.m());
      case L -> {
        JsonArray list = new JsonArray();
        value.l().forEach(element -> list.add(typed(element)));
        yield list;
      }
      default -> throw new IllegalArgumentException("no item has " + value.type());
    };
  }

  private Records() {}
}
