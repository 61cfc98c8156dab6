package com.minhacarona.runtime.testing;

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
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * Stands between the SDK and DynamoDB Local on the wire: counts the requests, and answers as
 * DynamoDB does where DynamoDB Local never would.
 */
public final class DynamoDbProxy implements AutoCloseable {
  private static final String TRANSACTION = "TransactWriteItems";

  private final URI store;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<Fate>> fates = new ConcurrentHashMap<>();
  private final List<Answered> answered = new CopyOnWriteArrayList<>();

  /** An operation with the bodies of its request and of the store's answer. */
  public record Answered(String operation, String request, String body) {}

  /** What becomes of one request. */
  public interface Fate {
    void befall(Request request) throws IOException;
  }

  /** Status and body of an answer. */
  public record Answer(int status, String body) {}

  public DynamoDbProxy(URI store) {
    this.store = store;
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

  /** The operations that were asked for since the last {@link #forget}, in order. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  public void forget() {
    operations.clear();
    answered.clear();
    fates.clear();
  }

  /** The store's answers since the last {@link #forget}, each with the capacity it consumed. */
  public List<Answered> answered() {
    return List.copyOf(answered);
  }

  /** The fates of the next transactions, in order; those after them are carried out. */
  public void next(Fate... next) {
    next(TRANSACTION, next);
  }

  /** The fates of the next requests of an operation. */
  public void next(String operation, Fate... next) {
    fates.computeIfAbsent(operation, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(next));
  }

  /** Cancelled, with these reasons, and not carried out. */
  public static Fate cancelled(String... codes) {
    List<String> reasons = List.of(codes).stream().map("{\"Code\": \"%s\"}"::formatted).toList();
    return refused(
        "\"__type\": \"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
            + " \"Message\": \"Transaction cancelled\", \"CancellationReasons\": "
            + reasons);
  }

  /** Refused as a whole, with an error of this type, and not carried out. */
  public static Fate refusedAs(String type) {
    return refused(
        "\"__type\": \"com.amazonaws.dynamodb.v20120810#%s\", \"message\": \"so it is\""
            .formatted(type));
  }

  private static Fate refused(String body) {
    return request -> request.answer(new Answer(400, "{" + body + "}"));
  }

  /** The connection is lost before the store has heard of the request. */
  public static Fate lostOnTheWayThere() {
    return Request::hangUp;
  }

  /** Carried out, and the answer is lost. */
  public static Fate lostOnTheWayBack() {
    return request -> {
      request.forward();
      request.hangUp();
    };
  }

  /** A batch read of which nothing was read: its keys are given back, as when capacity is short. */
  public static Fate unprocessed() {
    return request ->
        request.answer(
            new Answer(
                200,
                "{\"Responses\": {}, "
                    + new String(request.body, UTF_8)
                        .trim()
                        .substring(1)
                        .replace("\"RequestItems\"", "\"UnprocessedKeys\"")));
  }

  /** Carried out, and the answer is another. */
  public static Fate answered(UnaryOperator<Answer> as) {
    return request -> request.answer(as.apply(request.forward()));
  }

  @Override
  public void close() {
    server.stop(0);
    // A request may be a long poll.
    client.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      String operation = target.substring(target.indexOf('.') + 1);
      // What the service does beside its calls is no part of their cost.
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!target.startsWith("DynamoDBStreams")
          && !operation.equals("DescribeTable")
          && !new String(body, UTF_8).contains("readiness")) {
        operations.add(operation);
      }
      Request request = new Request(exchange, target, body);
      Queue<Fate> planned = fates.get(operation);
      Fate fate = planned == null ? null : planned.poll();
      if (fate == null) {
        request.answer(request.forward());
      } else {
        fate.befall(request);
      }
    }
  }

  /** One request that came in. */
  public final class Request {
    private final HttpExchange exchange;
    private final String target;
    private final byte[] body;

    private Request(HttpExchange exchange, String target, byte[] body) {
      this.exchange = exchange;
      this.target = target;
      this.body = body;
    }

    Answer forward() throws IOException {
      HttpRequest request =
          HttpRequest.newBuilder(store)
              .header("X-Amz-Target", target)
              .header("Content-Type", "application/x-amz-json-1.0")
              .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
              .header("X-Amz-Date", exchange.getRequestHeaders().getFirst("X-Amz-Date"))
              .POST(HttpRequest.BodyPublishers.ofString(askingForCapacity()))
              .build();
      try {
        HttpResponse<String> response =
            client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
        answered.add(
            new Answered(
                target.substring(target.indexOf('.') + 1),
                new String(body, UTF_8),
                response.body()));
        return new Answer(response.statusCode(), response.body());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    private String askingForCapacity() {
      return new String(body, UTF_8)
          .replace(
              "\"ReturnConsumedCapacity\":\"TOTAL\"", "\"ReturnConsumedCapacity\":\"INDEXES\"");
    }

    void answer(Answer answer) throws IOException {
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    void hangUp() {
      exchange.close();
    }
  }
}
