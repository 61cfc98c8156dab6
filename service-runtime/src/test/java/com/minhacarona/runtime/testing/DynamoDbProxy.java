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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the SDK and DynamoDB Local, or another server of that protocol, such as ElasticMQ,
 * on the wire. Counts the requests, and gives answers of DynamoDB that DynamoDB Local never gives.
 */
public final class DynamoDbProxy implements AutoCloseable {
  private static final String TRANSACTION = "TransactWriteItems";

  private final URI store;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> operations = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<Fate>> fates = new ConcurrentHashMap<>();
  private final List<Answered> answered = new CopyOnWriteArrayList<>();
  private final Map<Mark, Queue<Fate>> marked = new ConcurrentHashMap<>();
  private final Map<String, Queue<Request>> held = new ConcurrentHashMap<>();
  private volatile Plan plan = _ -> null;

  /** An operation with the bodies of its request and of the store's answer. */
  public record Answered(String operation, String request, String body) {}

  /** Decides how one request is answered. */
  public interface Fate {
    void befall(Request request) throws IOException;
  }

  /** Sets the fate of a request by its operation; null when it is to be carried out. */
  public interface Plan {
    @Nullable Fate fate(String operation);
  }

  /** Status, media type and body of an answer. */
  public record Answer(int status, String contentType, String body) {
    /** An answer as DynamoDB gives it. */
    public Answer(int status, String body) {
      this(status, "application/x-amz-json-1.0", body);
    }
  }

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

  /** The operations of all requests since the last {@link #forget}, in order. */
  public List<String> operations() {
    return List.copyOf(operations);
  }

  public void forget() {
    operations.clear();
    answered.clear();
    fates.clear();
    marked.clear();
    held.clear();
  }

  /** The store's answers since the last {@link #forget}, each with the capacity it consumed. */
  public List<Answered> answered() {
    return List.copyOf(answered);
  }

  /** Sets the fates of the next transactions, in order. Later ones are carried out. */
  public void next(Fate... next) {
    next(TRANSACTION, next);
  }

  /** Sets the fates of the next requests of an operation. */
  public void next(String operation, Fate... next) {
    fates.computeIfAbsent(operation, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(next));
  }

  /** Cancels the transaction with these reasons, without carrying it out. */
  public static Fate cancelled(String... codes) {
    List<String> reasons = List.of(codes).stream().map("{\"Code\": \"%s\"}"::formatted).toList();
    return refused(
        "\"__type\": \"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
            + " \"Message\": \"Transaction cancelled\", \"CancellationReasons\": "
            + reasons);
  }

  /** Refuses the request with an error of this type, without carrying it out. */
  public static Fate refusedAs(String type) {
    return refused(
        "\"__type\": \"com.amazonaws.dynamodb.v20120810#%s\", \"message\": \"so it is\""
            .formatted(type));
  }

  /** Not carried out, for a fault of the store. */
  public static Fate refusedByTheStore(int status) {
    return request -> request.answer(new Answer(status, "{\"__type\": \"ServiceUnavailable\"}"));
  }

  private static Fate refused(String body) {
    return request -> request.answer(new Answer(400, "{" + body + "}"));
  }

  /** Carries the request out after a while, though its caller was hung up on long before. */
  public static Fate late(Duration delay) {
    return request -> {
      request.hangUp();
      Thread.ofVirtual()
          .start(() -> {
            try {
              Thread.sleep(delay);
              var _ = request.forward();
            } catch (IOException | InterruptedException _) {
              // Then it never arrives.
            }
          });
    };
  }

  /** Carries the request out after a while. */
  public static Fate slow(Duration delay) {
    return request -> {
      try {
        Thread.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      request.answer(request.forward());
    };
  }

  /** Decides on every request for which no fate is set. */
  public void plan(Plan plan) {
    this.plan = plan;
  }

  /** Loses the connection before the store gets the request. */
  public static Fate lostOnTheWayThere() {
    return Request::hangUp;
  }

  /** Carries the request out, and loses the answer. */
  public static Fate lostOnTheWayBack() {
    return request -> {
      request.forward();
      request.hangUp();
    };
  }

  /**
   * The fates of the next requests of an operation that have this text in them, for calls that are
   * made at the same time.
   */
  public void nextWith(String operation, String mark, Fate... next) {
    marked.put(new Mark(operation, mark), new ConcurrentLinkedQueue<>(List.of(next)));
  }

  /** Requests of an operation that have a text in them. */
  private record Mark(String operation, String text) {}

  /** Lost for its caller. It arrives after all when {@link #release} is called. */
  public static Fate heldUp() {
    return request -> {
      request.hold();
      request.hangUp();
    };
  }

  /** Lets those requests arrive, in order, that have this text in them and were held up. */
  public void release(String mark) {
    marked.keySet().removeIf(one -> one.text().equals(mark));
    Queue<Request> late = held.remove(mark);
    while (late != null && !late.isEmpty()) {
      try {
        late.poll().forward();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Not carried out, and answered by somebody between caller and store. */
  public static Fate answeredByAProxy(int status) {
    return request ->
        request.answer(new Answer(status, "text/html", "<html><body>Not here</body></html>"));
  }

  /** Not carried out, and answered with an error of which only the beginning arrives. */
  public static Fate refusedWithABodyCutOff() {
    return request -> request.answer(new Answer(400, "{\"__type\": \"com.amazonaws.dyna"));
  }

  /** Returns all keys of a batch read as unprocessed, like DynamoDB when capacity is short. */
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

  /** Carries the request out, and changes the answer. */
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
      // Requests that the service makes beside its calls do not count.
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (!target.startsWith("DynamoDBStreams")
          && !operation.equals("DescribeTable")
          && !new String(body, UTF_8).contains("readiness")) {
        operations.add(operation);
      }
      Request request = new Request(exchange, target, body);
      Fate fate = fate(operation, request);
      if (fate == null) {
        request.answer(request.forward());
      } else {
        fate.befall(request);
      }
    }
  }

  /** Null when it is to be carried out. */
  private @Nullable Fate fate(String operation, Request request) {
    Queue<Fate> planned = fates.get(operation);
    if (planned == null) {
      planned = request.mark(operation).map(marked::get).orElse(null);
    }
    Fate set = planned == null ? null : planned.poll();
    return set == null ? plan.fate(operation) : set;
  }

  /** One request of the SDK. */
  public final class Request {
    private final HttpExchange exchange;
    private final String target;
    private final byte[] body;
    private final String authorization;
    private final String date;

    private Request(HttpExchange exchange, String target, byte[] body) {
      this.exchange = exchange;
      this.authorization = exchange.getRequestHeaders().getFirst("Authorization");
      this.date = exchange.getRequestHeaders().getFirst("X-Amz-Date");
      this.target = target;
      this.body = body;
    }

    Answer forward() throws IOException {
      HttpRequest request =
          HttpRequest.newBuilder(store)
              .header("X-Amz-Target", target)
              .header("Content-Type", "application/x-amz-json-1.0")
              .header("Authorization", authorization)
              .header("X-Amz-Date", date)
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

    /** Answers in the place of the store. */
    public void answer(Answer answer) throws IOException {
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", answer.contentType());
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    private Optional<Mark> mark(String operation) {
      String text = new String(body, UTF_8);
      return marked.keySet().stream()
          .filter(mark -> mark.operation().equals(operation) && text.contains(mark.text()))
          .findAny();
    }

    void hold() {
      held.computeIfAbsent(
              mark(TRANSACTION).orElseThrow().text(), _ -> new ConcurrentLinkedQueue<>())
          .add(this);
    }

    void hangUp() {
      exchange.close();
    }
  }
}
