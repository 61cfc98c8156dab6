package com.minhacarona.reserva.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads protobuf JSON that came by a queue. What is wrong with it is said without a word of it,
 * unlike by the parsers, which quote: it may hold the names and numbers of people, and what is said
 * goes into logs.
 */
public final class ProtoJson {
  /** A newer version may have added fields. */
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a message.
   *
   * @param into takes what is read; of no use when this throws
   * @throws IllegalArgumentException saying which fields are wrong, or where it is no JSON
   */
  public static void read(String json, Message.Builder into) {
    try {
      PARSER.merge(json, into);
    } catch (InvalidProtocolBufferException _) {
      throw new IllegalArgumentException(fault(json, into.getDescriptorForType()));
    }
  }

  /** The kind of a failure of Jackson, and where it was. */
  static String place(JsonProcessingException failure) {
    String kind = failure.getClass().getSimpleName();
    return failure.getLocation() == null
        ? kind
        : "%s at line %s, column %s"
            .formatted(
                kind, failure.getLocation().getLineNr(), failure.getLocation().getColumnNr());
  }

  private static String fault(String json, Descriptor type) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return "no JSON: " + place(e);
    }
    if (!root.isObject()) {
      return "no JSON object: " + root.getNodeType();
    }
    String faults = faults(root, type).collect(Collectors.joining("; "));
    return faults.isEmpty() ? "its fields cannot be read together" : faults;
  }

  private static Stream<String> faults(JsonNode object, Descriptor type) {
    return type.getFields().stream()
        .flatMap(field ->
            Stream.of(field.getName(), field.getJsonName())
                .distinct()
                .filter(object::has)
                .flatMap(name -> faults(name, object.get(name), field)));
  }

  /** As deep inside as there is a field to blame. */
  private static Stream<String> faults(String name, JsonNode value, FieldDescriptor field) {
    if (isReadable(name, value, field.getContainingType())) {
      return Stream.empty();
    }
    if (value.isObject()
        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()) {
      String inside =
          faults(value, field.getMessageType())
              .map(fault -> field.getName() + "." + fault)
              .collect(Collectors.joining("; "));
      if (!inside.isEmpty()) {
        return Stream.of(inside);
      }
    }
    return Stream.of("%s is no %s".formatted(field.getName(), field.getType()));
  }

  private static boolean isReadable(String name, JsonNode value, Descriptor type) {
    try {
      PARSER.merge(
          JSON.valueToTree(Map.of(name, value)).toString(), DynamicMessage.newBuilder(type));
      return true;
    } catch (InvalidProtocolBufferException _) {
      return false;
    }
  }

  private ProtoJson() {}
}
