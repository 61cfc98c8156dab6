package com.minhacarona.load.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * The wire between one of the stand-ins and those who use it. It can be cut, and it can lose
 * answers. Remembers what went over it.
 */
public final class Wire implements AutoCloseable {
  /** What the JDK's client sets by itself. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final URI far;
  private final UnaryOperator<String> change;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Carried> carried = new ArrayList<>();
  private final List<String> unanswered = new ArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean cut;
  private volatile boolean losesAnswers;

  /**
   * A request whose answer was passed on.
   *
   * @param operation the service's own name of it; empty if the service has another protocol
   */
  record Carried(String operation, String request, String answer) {}

  Wire(URI far) {
    this(far, UnaryOperator.identity());
  }

  /** A wire that changes the bodies of requests on their way. */
  public Wire(URI far, UnaryOperator<String> change) {
    this.far = far;
    this.change = change;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** The near end. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on every request is hung up on, which costs its sender no time at all. */
  public void cut() {
    cut = true;
  }

  public void mend() {
    cut = false;
  }

  /** From now on requests arrive, and their senders wait for an answer in vain. */
  void loseAnswers() {
    losesAnswers = true;
  }

  /** The requests that arrived, and whose answers were lost. */
  List<String> unanswered() {
    synchronized (unanswered) {
      return List.copyOf(unanswered);
    }
  }

  /** What went over the wire, in the order of the answers. */
  List<Carried> carried() {
    synchronized (carried) {
      return List.copyOf(carried);
    }
  }

  /** Forgets the requests of before. */
  public void forget() {
    synchronized (carried) {
      carried.clear();
    }
  }

  /** How many requests there were, those that did not arrive included. */
  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    // A request may be a long poll.
    client.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      String body = change.apply(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      if (cut) {
        return;
      }
      boolean lost = losesAnswers;
      HttpResponse<byte[]> response = forward(exchange, body);
      if (lost) {
        synchronized (unanswered) {
          unanswered.add(body);
        }
        closed.await();
      } else if (!cut) {
        note(exchange, body, response);
        answer(exchange, response);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(far.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofString(body, UTF_8));
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> {
          if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> request.header(name, value));
          }
        });
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void note(HttpExchange exchange, String body, HttpResponse<byte[]> response) {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String operation = target == null ? "" : target.substring(target.indexOf('.') + 1);
    synchronized (carried) {
      carried.add(new Carried(operation, body, new String(response.body(), UTF_8)));
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> exchange.getResponseHeaders().add(name, value));
          }
        });
    exchange.sendResponseHeaders(response.statusCode(), response.body().length);
    exchange.getResponseBody().write(response.body());
  }
}
