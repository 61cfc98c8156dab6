package com.minhacarona.reserva.events;

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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** SNS as far as it takes messages, in its query protocol. It asks for no permission. */
public final class PublishStandIn implements AutoCloseable {
  private static final String ANSWER =
      """
      <PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>\
      <MessageId>m1</MessageId></PublishResult></PublishResponse>\
      """;

  private static final String ERROR =
      """
      <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Receiver</Type>\
      <Code>InternalError</Code><Message>try again</Message></Error></ErrorResponse>\
      """;

  private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile int failures;

  public PublishStandIn() {
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

  /** The fields of all requests that came in, in order. */
  public List<Map<String, String>> requests() {
    return List.copyOf(requests);
  }

  /** Answers the next requests with an error of its own. */
  void fail(int times) {
    failures = times;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(form(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      boolean fails = failures > 0;
      failures = Math.max(0, failures - 1);
      byte[] answer = (fails ? ERROR : ANSWER).getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "text/xml");
      exchange.sendResponseHeaders(
          fails ? HttpURLConnection.HTTP_INTERNAL_ERROR : HttpURLConnection.HTTP_OK, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
  }
}
