package com.minhacarona.reserva.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.table.UsuarioItem.Canal;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * SES (v2, REST JSON) and SNS (query protocol) at one address, as far as messages to people go.
 * Remembers what was sent, and fails as it is told. It accepts everything; {@link #complaints} says
 * what the providers would not have accepted, or would have cut or billed twice.
 */
public final class FakeProviders implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_SMS = 160;
  private static final int MAX_PUSH_BYTES = 4096;

  /** The characters of GSM's alphabet that Portuguese needs without accents. */
  private static final String GSM = "[ -Z_a-z\\n]*";

  private final List<Mail> mails = new CopyOnWriteArrayList<>();
  private final List<Sms> sms = new CopyOnWriteArrayList<>();
  private final List<Push> pushes = new CopyOnWriteArrayList<>();
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** An e-mail that was sent. */
  public record Mail(
      String from,
      List<String> replyTo,
      String to,
      String subject,
      String text,
      String html,
      Map<String, String> headers) {}

  /** A short message that was sent. */
  public record Sms(String phone, String text) {}

  /** A message to the app that was sent. */
  public record Push(String endpoint, String title, String body) {}

  /**
   * An error that a provider answers with.
   *
   * @param code the provider's own, such as {@code EndpointDisabled}
   */
  public record Failure(int status, String code, String message) {}

  private record Rule(Canal canal, String address, AtomicInteger left, Failure failure) {
    boolean applies(Canal to, String toAddress) {
      return canal == to
          && (address.isEmpty() || address.equals(toAddress))
          && left.getAndDecrement() > 0;
    }
  }

  public FakeProviders() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/email/outbound-emails", this::mail);
    server.createContext("/", this::publish);
    server.start();
  }

  /** The address of both. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<Mail> mails() {
    return List.copyOf(mails);
  }

  public List<Sms> sms() {
    return List.copyOf(sms);
  }

  public List<Push> pushes() {
    return List.copyOf(pushes);
  }

  /** How many requests came in, those that failed included. */
  public int requests() {
    return requests.get();
  }

  /** What the providers would have minded; none when all is well. */
  public Set<String> complaints() {
    return Set.copyOf(complaints);
  }

  /** Fails the next requests to an address, or to all addresses of the channel if it is empty. */
  public void fail(Canal canal, String address, int times, Failure failure) {
    rules.add(new Rule(canal, address, new AtomicInteger(times), failure));
  }

  /** Fails nothing any more. */
  public void recover() {
    rules.clear();
  }

  /** Keeps requests waiting until the latch that this returns is counted down. */
  public CountDownLatch hold() {
    gate = new CountDownLatch(1);
    return gate;
  }

  /** Forgets what was sent, and fails nothing any more. */
  public void forget() {
    mails.clear();
    sms.clear();
    pushes.clear();
    complaints.clear();
    rules.clear();
    requests.set(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void mail(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(received(exchange));
      JsonNode simple = request.at("/Content/Simple");
      Map<String, String> headers = new HashMap<>();
      simple
          .path("Headers")
          .forEach(header -> headers.put(text(header, "/Name"), text(header, "/Value")));
      Mail mail =
          new Mail(
              text(request, "/FromEmailAddress"),
              texts(request.at("/ReplyToAddresses")),
              String.join(",", texts(request.at("/Destination/ToAddresses"))),
              text(simple, "/Subject/Data"),
              text(simple, "/Body/Text/Data"),
              text(simple, "/Body/Html/Data"),
              headers);
      complainUnless(
          mail.subject().lines().count() == 1 && !mail.subject().isBlank(), "subject", mail);
      for (String part : List.of("/Subject", "/Body/Text", "/Body/Html")) {
        complainUnless(text(simple, part + "/Charset").equals("UTF-8"), "charset", mail);
      }
      Optional<Failure> failure = failure(Canal.EMAIL, mail.to());
      if (failure.isPresent()) {
        exchange.getResponseHeaders().add("x-amzn-ErrorType", failure.get().code());
        answer(
            exchange,
            failure.get().status(),
            "application/json",
            JSON.writeValueAsString(Map.of("message", failure.get().message())));
        return;
      }
      mails.add(mail);
      answer(exchange, HttpURLConnection.HTTP_OK, "application/json", "{\"MessageId\": \"m-1\"}");
    }
  }

  private void publish(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> form = form(received(exchange));
      complainUnless("Publish".equals(form.get("Action")), "action", form);
      boolean toPhone = form.containsKey("PhoneNumber");
      String address = form.getOrDefault("PhoneNumber", form.getOrDefault("TargetArn", ""));
      Optional<Failure> failure = failure(toPhone ? Canal.SMS : Canal.PUSH, address);
      if (failure.isPresent()) {
        answer(
            exchange,
            failure.get().status(),
            "text/xml",
            """
            <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error>\
            <Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>\
            <RequestId>r-1</RequestId></ErrorResponse>\
            """
                .formatted(failure.get().code(), failure.get().message()));
        return;
      }
      if (toPhone) {
        shortMessage(form, address);
      } else {
        push(form, address);
      }
      answer(
          exchange,
          HttpURLConnection.HTTP_OK,
          "text/xml",
          """
          <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
          <MessageId>m-1</MessageId></PublishResult></PublishResponse>\
          """);
    }
  }

  private void shortMessage(Map<String, String> form, String phone) {
    String text = form.get("Message");
    complainUnless(text.length() <= MAX_SMS && text.matches(GSM), "not one SMS", text);
    complainUnless(form.containsValue("Transactional"), "SMSType", form);
    sms.add(new Sms(phone, text));
  }

  private void push(Map<String, String> form, String endpoint) throws IOException {
    String message = form.get("Message");
    complainUnless("json".equals(form.get("MessageStructure")), "structure", form);
    complainUnless(message.getBytes(UTF_8).length <= MAX_PUSH_BYTES, "too large", message);
    JsonNode json = JSON.readTree(message);
    complainUnless(!text(json, "/default").isBlank(), "no default", message);
    JsonNode shown = JSON.readTree(text(json, "/GCM")).at("/fcmV1Message/message/notification");
    complainUnless(
        shown.equals(JSON.readTree(text(json, "/APNS")).at("/aps/alert")),
        "platforms differ",
        message);
    pushes.add(new Push(endpoint, text(shown, "/title"), text(shown, "/body")));
  }

  private String received(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    requests.incrementAndGet();
    String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    complainUnless(authorization.startsWith("AWS4-HMAC-SHA256 "), "not signed", authorization);
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return body;
  }

  private Optional<Failure> failure(Canal canal, String address) {
    return rules.stream()
        .filter(rule -> rule.applies(canal, address))
        .findFirst()
        .map(Rule::failure);
  }

  private void complainUnless(boolean holds, String what, Object about) {
    if (!holds) {
      complaints.add(what + ": " + about);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String text(JsonNode node, String pointer) {
    return node.at(pointer).asText();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> URLDecoder.decode(pair[0], UTF_8),
                pair -> URLDecoder.decode(pair[1], UTF_8)));
  }
}
