package com.minhacarona.load;

import com.google.gson.Gson;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Answers like DynamoDB to the requests of a booking: agrees to each after a fixed latency, and
 * works on a limited number at a time. DynamoDB Local would be the slowest part of a measurement.
 */
public final class SlowStore implements AutoCloseable {
  /**
   * A service has up to 256 connections. The server would close those past 200 that are idle, even
   * while a request comes in on one; DynamoDB does not, and the answer would count as lost.
   */
  private static final String MAX_IDLE_CONNECTIONS = "1000";

  static {
    System.setProperty("sun.net.httpserver.maxIdleConnections", MAX_IDLE_CONNECTIONS);
  }

  private static final Gson GSON = new Gson();

  private final HttpServer server;
  private volatile boolean silent;

  public SlowStore(Duration latency, int atATime) {
    this(latency, atATime, Optional.empty());
  }

  /** A store in which there is one ride, under every key. */
  SlowStore(Duration latency, int atATime, Optional<CaronaItem> carona) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4_096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Semaphore workers = new Semaphore(atATime, true);
    byte[] agreed = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] found =
        carona
            .map(ride -> GSON.toJson(Map.of("Item", json(ride.toItem()))))
            .orElse("{}")
            .getBytes(StandardCharsets.UTF_8);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            while (silent) {
              LockSupport.park();
            }
            workers.acquireUninterruptibly();
            try {
              Thread.sleep(latency);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } finally {
              workers.release();
            }
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            byte[] answer = "DynamoDB_20120810.GetItem".equals(target) ? found : agreed;
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
          }
        });
    server.start();
  }

  /** As DynamoDB writes it; of the types of attributes that rides have. */
  private static Map<String, Object> json(Map<String, AttributeValue> item) {
    Map<String, Object> json = new HashMap<>();
    item.forEach((name, value) -> {
      Map<String, Object> typed =
          switch (value.type()) {
            case S -> Map.of("S", value.s());
            case N -> Map.of("N", value.n());
            case M -> Map.of("M", json(value.m()));
            default -> throw new IllegalArgumentException(name);
          };
      json.put(name, typed);
    });
    return json;
  }

  /** A booking of a ride that does not exist, to which this store agrees, too. */
  public static ProcessarReservaRequest booking() {
    String id = UUID.randomUUID().toString();
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(id)
        .setCaronaId(id)
        .setUsuarioId("ana")
        .setCondominioId("cond-1")
        .build();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on it takes requests and never answers; it closes no connection either. */
  void silence() {
    silent = true;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
