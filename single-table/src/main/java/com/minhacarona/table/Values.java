package com.minhacarona.table;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts Java values to DynamoDB attribute values and back. */
public final class Values {
  /** Has a fixed width, so that the texts sort like the instants. */
  private static final DateTimeFormatter MILLIS_UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** What protobuf's timestamps can hold. */
  private static final Instant MIN = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

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

  /** A map of texts. */
  static AttributeValue map(Map<String, String> values) {
    return AttributeValue.fromM(
        values.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> s(entry.getValue()))));
  }

  private static String textOf(AttributeValue value) {
    if (value.type() != AttributeValue.Type.S) {
      throw new IllegalArgumentException("no text: " + value.type());
    }
    return value.s();
  }

  static String text(Instant value) {
    return MILLIS_UTC.format(value);
  }

  static String string(Map<String, AttributeValue> item, String name) {
    return present(item, name, AttributeValue.Type.S).s();
  }

  /** Reads a text that is not there as the empty text, because empty texts are not stored. */
  static String optionalString(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? string(item, name) : "";
  }

  static void putOptional(Map<String, AttributeValue> item, String name, String value) {
    if (!value.isEmpty()) {
      item.put(name, s(value));
    }
  }

  static int integer(Map<String, AttributeValue> item, String name) {
    return parsed(item, name, AttributeValue.Type.N, value -> Integer.parseInt(value.n()));
  }

  static long longInteger(Map<String, AttributeValue> item, String name) {
    return parsed(item, name, AttributeValue.Type.N, value -> Long.parseLong(value.n()));
  }

  /** Reads a text as something else; as {@link #parsed}. */
  static <T> T text(Map<String, AttributeValue> item, String name, Function<String, T> parser) {
    return parsed(item, name, AttributeValue.Type.S, value -> parser.apply(value.s()));
  }

  static Instant instant(Map<String, AttributeValue> item, String name) {
    return text(item, name, Values::instant);
  }

  /**
   * Reads the instant of a key, which must be as {@link #text} writes it: another text for the same
   * instant would have another place in the order.
   */
  static Instant instantOfKey(String text) {
    Instant instant = instant(text);
    if (!text.equals(text(instant))) {
      throw new IllegalArgumentException("not of fixed width: " + text);
    }
    return instant;
  }

  private static Instant instant(String text) {
    Instant instant = Instant.parse(text);
    if (instant.isBefore(MIN) || instant.isAfter(MAX)) {
      throw new IllegalArgumentException("not between the years 1 and 9999: " + text);
    }
    return instant;
  }

  /** Reads a constant that is stored by its name. */
  static <E extends Enum<E>> E constant(
      Map<String, AttributeValue> item, String name, Class<E> type) {
    return text(item, name, value -> Enum.valueOf(type, value));
  }

  static List<String> strings(Map<String, AttributeValue> item, String name) {
    return parsed(
        item,
        name,
        AttributeValue.Type.L,
        value -> value.l().stream().map(Values::textOf).toList());
  }

  /** Reads a list of texts that is not there as empty, because empty lists are not stored. */
  static List<String> optionalStrings(Map<String, AttributeValue> item, String name) {
    return item.containsKey(name) ? strings(item, name) : List.of();
  }

  /** Reads a map of texts. */
  static Map<String, String> textMap(Map<String, AttributeValue> item, String name) {
    return parsed(
        item,
        name,
        AttributeValue.Type.M,
        value ->
            value.m().entrySet().stream()
                .collect(
                    Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> textOf(entry.getValue()))));
  }

  static <T> Optional<T> optionalMap(
      Map<String, AttributeValue> item,
      String name,
      Function<Map<String, AttributeValue>, T> from) {
    return item.containsKey(name)
        ? Optional.of(parsed(item, name, AttributeValue.Type.M, value -> from.apply(value.m())))
        : Optional.empty();
  }

  /**
   * Reads an attribute.
   *
   * @throws UnreadableItemException when it is not there, has another type, or cannot be parsed
   */
  private static <T> T parsed(
      Map<String, AttributeValue> item,
      String name,
      AttributeValue.Type type,
      Function<AttributeValue, T> parser) {
    AttributeValue value = present(item, name, type);
    try {
      return parser.apply(value);
    } catch (RuntimeException _) {
      throw new UnreadableItemException(item, "has a value in %s that is none".formatted(name));
    }
  }

  private static AttributeValue present(
      Map<String, AttributeValue> item, String name, AttributeValue.Type type) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new UnreadableItemException(item, "has no " + name);
    }
    if (value.type() != type) {
      throw new UnreadableItemException(item, "has a %s that is no %s".formatted(name, type));
    }
    return value;
  }

  private Values() {}
}
