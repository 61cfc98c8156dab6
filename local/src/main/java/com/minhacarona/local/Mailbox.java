package com.minhacarona.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What residents were told, for people to look at. It answers like SES and SNS, so that the senders
 * of production send to it, and delivers to nobody. Unlike SES and SNS it accepts every address.
 * Keeps the last {@value #KEPT} messages. Thread-safe.
 */
final class Mailbox {
  private static final int KEPT = 200;

  /** More than SES takes of our mails. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Deque<Received> kept = new ArrayDeque<>();
  private final Clock clock;
  private final Consumer<Received> listener;

  /**
   * An empty mailbox.
   *
   * @param listener is told of each message
   */
  Mailbox(Clock clock, Consumer<Received> listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * A message to one person.
   *
   * @param channel {@code e-mail}, {@code SMS} or {@code push}
   * @param html empty unless it is an e-mail
   */
  record Received(
      Instant at, String channel, String to, String subject, String text, String html) {}

  /** The messages that are kept, newest first. */
  List<Received> messages() {
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }

  /** Answers SES's {@code SendEmail}. */
  void takeMail(HttpExchange exchange) throws IOException {
    JsonNode mail = JSON.readTree(body(exchange));
    JsonNode content = mail.path("Content").path("Simple");
    JsonNode body = content.path("Body");
    mail.path("Destination")
        .path("ToAddresses")
        .forEach(to ->
            add(
                new Received(
                    clock.instant(),
                    "e-mail",
                    to.asText(),
                    data(content.path("Subject")),
                    data(body.path("Text")),
                    data(body.path("Html")))));
    Pages.answer(
        exchange, "application/json", "{\"MessageId\": \"%s\"}".formatted(UUID.randomUUID()));
  }

  /** Answers SNS's {@code Publish}. */
  void takePublication(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(body(exchange));
    boolean sms = form.containsKey("PhoneNumber");
    String message = form.getOrDefault("Message", "");
    add(
        new Received(
            clock.instant(),
            sms ? "SMS" : "push",
            sms ? form.get("PhoneNumber") : form.getOrDefault("TargetArn", ""),
            "",
            sms ? message : JSON.readTree(message).path("default").asText(),
            ""));
    Pages.answer(
        exchange,
        "text/xml",
        """
        <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
        <MessageId>%s</MessageId></PublishResult></PublishResponse>\
        """
            .formatted(UUID.randomUUID()));
  }

  private void add(Received message) {
    synchronized (kept) {
      kept.addFirst(message);
      if (kept.size() > KEPT) {
        kept.removeLast();
      }
    }
    listener.accept(message);
  }

  private static String data(JsonNode text) {
    return text.path("Data").asText();
  }

  private static String body(HttpExchange exchange) {
    try {
      return new String(exchange.getRequestBody().readNBytes(MAX_BYTES), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&"))
        .map(field -> field.split("=", 2))
        .filter(field -> field.length == 2)
        .collect(
            Collectors.toMap(
                field -> URLDecoder.decode(field[0], UTF_8),
                field -> URLDecoder.decode(field[1], UTF_8),
                (first, _) -> first));
  }
}
