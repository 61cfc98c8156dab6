package com.minhacarona.table;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts Java values to DynamoDB attribute values and back. */
public final class Values {
  /** Has a fixed width, so that the texts sort like the instants. */
  private static final DateTimeFormatter MILLIS_UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  public static AttributeValue s(String value) {
    return AttributeValue.fromS(value);
  }

  public static AttributeValue n(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  /** ISO 8601 in UTC with three decimals. Anything finer than a millisecond is cut off. */
  public static AttributeValue s(Instant value) {
    return s(text(value));
  }

  public static AttributeValue list(List<String> values) {
    return AttributeValue.fromL(values.stream().map(Values::s).toList());
  }

  static String text(Instant value) {
    return MILLIS_UTC.format(value);
  }

  static String string(Map<String, AttributeValue> item, String name) {
    return present(item, name).s();
  }

  /** Reads a text that is not there as the empty text, because empty texts are not stored. */
  static String optionalString(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.s();
  }

  static void putOptional(Map<String, AttributeValue> item, String name, String value) {
    if (!value.isEmpty()) {
      item.put(name, s(value));
    }
  }

  static int integer(Map<String, AttributeValue> item, String name) {
    return Integer.parseInt(present(item, name).n());
  }

  static long longInteger(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(present(item, name).n());
  }

  static Instant instant(Map<String, AttributeValue> item, String name) {
    return Instant.parse(string(item, name));
  }

  static List<String> strings(Map<String, AttributeValue> item, String name) {
    return present(item, name).l().stream().map(AttributeValue::s).toList();
  }

  private static AttributeValue present(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "item %s %s has no %s".formatted(item.get(Attributes.PK), item.get(Attributes.SK), name));
    }
    return value;
  }

  private Values() {}
}
