package com.minhacarona.carona.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A topic of SNS that fans out to queues. It speaks SNS's query protocol for subscriptions, and SQS
 * for everything that is not its own. It asks for no permission, neither of a role nor of a queue's
 * policy, and its filter lets everything through.
 */
public final class SnsStandIn implements AutoCloseable {
  public static final String TOPIC = "arn:aws:sns:sa-east-1:000000000000:minha-carona-updates";

  /** An error that the SDK does not retry. */
  private static final String REFUSAL =
      """
      <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>\
      <Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>\
      """;

  private final Map<String, String> queueArns = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final SqsClient sqs;
  private final HttpServer server;
  private volatile String refused = "";

  /** A request: its action, and the ARN of the topic or subscription that it is about. */
  public record Call(String action, String arn) {}

  public SnsStandIn(SqsClient sqs) {
    this.sqs = sqs;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** All requests that came in, in order. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Answers this action with an error from now on. */
  void refuse(String action) {
    refused = action;
  }

  int subscriptions() {
    return queueArns.size();
  }

  /** As the topic does with raw delivery: the same message to every subscribed queue. */
  public void publish(String message) {
    for (String arn : queueArns.values()) {
      String queue = arn.substring(arn.lastIndexOf(':') + 1);
      String url = sqs.getQueueUrl(r -> r.queueName(queue)).queueUrl();
      sqs.sendMessage(r -> r.queueUrl(url).messageBody(message));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      String action = form.get("Action");
      String subscription = form.getOrDefault("SubscriptionArn", TOPIC + ":" + UUID.randomUUID());
      calls.add(new Call(action, form.getOrDefault("TopicArn", subscription)));
      if (action.equals(refused)) {
        answer(exchange, HttpURLConnection.HTTP_FORBIDDEN, REFUSAL);
        return;
      }
      if (action.equals("Subscribe")) {
        queueArns.put(subscription, form.get("Endpoint"));
      } else {
        queueArns.remove(subscription);
      }
      String answer =
          """
          <%1$sResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><%1$sResult>\
          <SubscriptionArn>%2$s</SubscriptionArn></%1$sResult></%1$sResponse>\
          """
              .formatted(action, subscription);
      answer(exchange, HttpURLConnection.HTTP_OK, answer);
    }
  }

  private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] bytes = xml.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "text/xml");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
  }
}
