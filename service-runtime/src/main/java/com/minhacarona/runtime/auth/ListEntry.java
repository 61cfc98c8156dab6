package com.minhacarona.runtime.auth;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * An object in a JSON list of settings. What is wrong is said by the entry's number, counted from
 * 1, and the field's name; the library's own messages speak of classes. Not thread-safe.
 */
final class ListEntry {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final int number;
  private final JsonNode fields;
  private final Set<String> asked = new HashSet<>();

  private ListEntry(int number, JsonNode fields) {
    this.number = number;
    this.fields = fields;
  }

  /**
   * Reads all entries of a list.
   *
   * @throws IllegalArgumentException saying what is wrong, in a few words
   */
  static <T> List<T> readAll(String json, Function<ListEntry, T> reader) {
    JsonNode list = parse(json);
    if (!list.isArray()) {
      throw new IllegalArgumentException("it is no list");
    }
    List<T> read = new ArrayList<>();
    for (JsonNode fields : list) {
      ListEntry entry = new ListEntry(read.size() + 1, fields);
      if (!fields.isObject()) {
        throw entry.wrong("is no object");
      }
      read.add(reader.apply(entry));
      entry.verifyAllAsked();
    }
    return List.copyOf(read);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      String cause = String.valueOf(e.getOriginalMessage());
      throw new IllegalArgumentException(
          "%s at line %s, column %s"
              .formatted(
                  cause.startsWith("Duplicate") ? "it has a field twice" : "it is no JSON",
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()),
          e);
    }
  }

  /** A field that must be there, and not empty. */
  String requiredText(String name) {
    String text = text(name, "");
    if (text.isBlank()) {
      throw wrong(name + " must be there");
    }
    return text;
  }

  String text(String name, String fallback) {
    asked.add(name);
    if (!fields.has(name)) {
      return fallback;
    }
    if (!fields.get(name).isTextual()) {
      throw wrong(name + " must be a text");
    }
    return fields.get(name).textValue();
  }

  /** A list of texts, none of them blank; empty when it is not there. */
  Set<String> texts(String name) {
    asked.add(name);
    Set<String> texts = new HashSet<>();
    if (fields.has(name)) {
      JsonNode list = fields.get(name);
      list.forEach(text -> texts.add(text.asText().strip()));
      if (!list.isArray() || !list.valueStream().allMatch(JsonNode::isTextual)) {
        throw wrong(name + " must be a list of texts");
      }
      if (texts.contains("")) {
        throw wrong(name + " must not have an empty text");
      }
    }
    return Set.copyOf(texts);
  }

  private void verifyAllAsked() {
    Set<String> unknown = new TreeSet<>();
    fields.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(asked);
    if (!unknown.isEmpty()) {
      throw wrong("has unknown fields: " + String.join(", ", unknown));
    }
  }

  /** An exception that says it of this entry. */
  IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException("entry %s: %s".formatted(number, problem));
  }
}
