package com.minhacarona.load;

import com.minhacarona.v1.ProcessarReservaRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

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

  private final HttpServer server;
  private volatile boolean silent;

  public SlowStore(Duration latency, int atATime) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4_096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Semaphore workers = new Semaphore(atATime, true);
    byte[] agreed = "{}".getBytes(StandardCharsets.UTF_8);
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
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, agreed.length);
            exchange.getResponseBody().write(agreed);
          }
        });
    server.start();
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
