package com.minhacarona.reserva.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.format.EventFormat;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events as CloudEvents 1.0 in structured JSON ({@code application/cloudevents+json}). Their data
 * is protobuf JSON with the names of the contract.
 */
public final class CloudEvents {
  /** What the type of each event begins with. */
  static final String TYPE_PREFIX = "br.com.minhacarona.";

  /** Who tells the events. With it, an id is unique. */
  static final URI SOURCE = URI.create("urn:minha-carona:reserva-service");

  /** The extension attribute with the condominium; CloudEvents allows no underscore there. */
  static final String CONDOMINIO_ID = "condominioid";

  private static final String DATA_TYPE = "application/json";

  private static final EventFormat FORMAT = new io.cloudevents.jackson.JsonFormat();

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  /** The event as one JSON object. */
  public static String write(DomainEvent event) {
    CloudEvent cloudEvent =
        CloudEventBuilder.v1()
            .withId(event.id())
            .withSource(SOURCE)
            .withType(TYPE_PREFIX + event.type().eventName())
            .withTime(event.time().atOffset(ZoneOffset.UTC))
            .withSubject(event.subject())
            .withExtension(CONDOMINIO_ID, event.condominioId())
            .withData(DATA_TYPE, json(event.data()).getBytes(UTF_8))
            .build();
    return new String(FORMAT.serialize(cloudEvent), UTF_8);
  }

  /**
   * Reads an event. What a newer version added to it is left out.
   *
   * @throws IllegalArgumentException saying what is wrong, if this is none of our events; the
   *     message holds nothing of the text
   */
  public static DomainEvent read(String json) {
    CloudEvent event = cloudEvent(json);
    EventType type = type(event.getType());
    return new DomainEvent(
        type,
        event.getId(),
        time(event),
        required("subject", event.getSubject()),
        required(CONDOMINIO_ID, event.getExtension(CONDOMINIO_ID)).toString(),
        data(type, required("data", event.getData())));
  }

  private static CloudEvent cloudEvent(String json) {
    try {
      return Objects.requireNonNull(FORMAT.deserialize(json.getBytes(UTF_8)));
    } catch (RuntimeException e) {
      // Not its message and not itself, because both quote.
      throw new IllegalArgumentException(
          "no CloudEvent: "
              + Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                  .map(CloudEvents::kind)
                  .collect(Collectors.joining(" by ")));
    }
  }

  private static String kind(Throwable failure) {
    return failure instanceof JsonProcessingException json
        ? ProtoJson.place(json)
        : failure.getClass().getSimpleName();
  }

  private static EventType type(String name) {
    return Arrays.stream(EventType.values())
        .filter(type -> name.equals(TYPE_PREFIX + type.eventName()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown type"));
  }

  private static Instant time(CloudEvent event) {
    OffsetDateTime time = required("time", event.getTime());
    return time.toInstant();
  }

  private static Message data(EventType type, CloudEventData data) {
    Message.Builder message = type.empty().newBuilderForType();
    try {
      ProtoJson.read(new String(data.toBytes(), UTF_8), message);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "data is no %s: %s".formatted(message.getDescriptorForType().getName(), e.getMessage()),
          e);
    }
    return message.build();
  }

  private static <T> T required(String attribute, T value) {
    return Optional.ofNullable(value)
        .orElseThrow(() -> new IllegalArgumentException("no " + attribute));
  }

  private static String json(Message data) {
    try {
      return PRINTER.print(data);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no Any is in it", e);
    }
  }

  private CloudEvents() {}
}
