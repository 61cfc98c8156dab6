package com.minhacarona.load.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.minhacarona.reserva.events.CloudEvents;
import com.minhacarona.reserva.events.DomainEvent;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * SNS with the topic of events, which the queue of notifications follows: raw delivery, and a
 * filter by {@code evento} as it is deployed. What goes to phones and devices is passed on to the
 * stand-in of the providers.
 */
public final class Topic implements AutoCloseable {
  /** Of the topic. */
  public static final String ARN = "arn:aws:sns:sa-east-1:000000000000:events";

  /** The names in the filter, which {@code MessagingStackTest} compares with the contract. */
  private static final Set<String> NOTIFIED =
      Set.of(
          "reserva.confirmada",
          "reserva.recusada",
          "reserva.cancelada",
          "carona.em_andamento",
          "carona.lotada",
          "carona.cancelada");

  private static final String ANSWER =
      """
      <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
      <MessageId>m-1</MessageId></PublishResult></PublishResponse>\
      """;

  private static final String ERROR =
      """
      <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type>\
      <Code>InternalError</Code><Message>try again</Message></Error></ErrorResponse>\
      """;

  private final SqsClient sqs;
  private final String queueUrl;
  private final URI providers;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<DomainEvent> published = new CopyOnWriteArrayList<>();
  private final Set<String> complaints = ConcurrentHashMap.newKeySet();
  private volatile boolean fails;

  /**
   * A topic with one subscriber.
   *
   * @param queueUrl the queue that follows it
   * @param providers where messages to people go
   */
  public Topic(SqsClient sqs, String queueUrl, URI providers) {
    this.sqs = sqs;
    this.queueUrl = queueUrl;
    this.providers = providers;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Whether it answers with an error of its own when events are published. */
  public void fail(boolean now) {
    fails = now;
  }

  /** All events that were published, repeats included. */
  public List<DomainEvent> published() {
    return List.copyOf(published);
  }

  /** What subscribers with a filter would have missed, or got by mistake; none when all is well. */
  public Set<String> complaints() {
    return Set.copyOf(complaints);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Map<String, String> form = form(body);
      boolean ofTheTopic = form.containsKey("TopicArn");
      boolean failed = ofTheTopic && fails;
      String answer = failed ? ERROR : ofTheTopic ? publish(form) : passOn(exchange, body);
      byte[] bytes = answer.getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "text/xml");
      exchange.sendResponseHeaders(
          failed ? HttpURLConnection.HTTP_INTERNAL_ERROR : HttpURLConnection.HTTP_OK, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String publish(Map<String, String> form) {
    String message = form.get("Message");
    DomainEvent event = CloudEvents.read(message);
    Map<String, String> attributes = attributes(form);
    if (!form.get("Action").equals("Publish")
        || !form.get("TopicArn").equals(ARN)
        || !attributes.equals(
            Map.of("evento", event.type().eventName(), "condominio_id", event.condominioId()))) {
      complaints.add("%s with %s".formatted(message, form));
    }
    if (NOTIFIED.contains(attributes.getOrDefault("evento", ""))) {
      sqs.sendMessage(r ->
          r.queueUrl(queueUrl)
              .messageBody(message)
              .messageAttributes(
                  attributes.entrySet().stream()
                      .collect(Collectors.toMap(Map.Entry::getKey, a -> text(a.getValue())))));
    }
    published.add(event);
    return ANSWER;
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private String passOn(HttpExchange exchange, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(providers)
            .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != HttpURLConnection.HTTP_OK) {
        complaints.add(answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Map<String, String> attributes(Map<String, String> form) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 1; form.containsKey(attribute(i, "Name")); i++) {
      attributes.put(form.get(attribute(i, "Name")), form.get(attribute(i, "Value.StringValue")));
    }
    return attributes;
  }

  private static String attribute(int number, String field) {
    return "MessageAttributes.entry.%d.%s".formatted(number, field);
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
