package com.minhacarona.runtime.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** Takes PutMetricData in CBOR, like CloudWatch, and remembers the series. */
public final class CloudWatch implements AutoCloseable {
  private static final byte[] EMPTY_MAP = {(byte) 0xa0};

  private final Map<String, Double> series = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server;

  public CloudWatch() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ObjectMapper cbor = new ObjectMapper(new CBORFactory());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            InputStream content = new ByteArrayInputStream(body);
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
              content = new GZIPInputStream(content);
            }
            requests.incrementAndGet();
            cbor.readTree(content).get("MetricData").forEach(this::remember);
            exchange.getResponseHeaders().add("smithy-protocol", "rpc-v2-cbor");
            exchange.getResponseHeaders().add("Content-Type", "application/cbor");
            exchange.sendResponseHeaders(200, EMPTY_MAP.length);
            exchange.getResponseBody().write(EMPTY_MAP);
          }
        });
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public int requests() {
    return requests.get();
  }

  /** The series that CloudWatch would bill, by name and dimensions, each with its sum. */
  public Map<String, Double> series() {
    return new TreeMap<>(series);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void remember(JsonNode datum) {
    StringBuilder key = new StringBuilder(datum.get("MetricName").asText());
    datum
        .path("Dimensions")
        .forEach(dimension ->
            key.append(' ')
                .append(dimension.get("Name").asText())
                .append('=')
                .append(dimension.get("Value").asText()));
    series.merge(key.toString(), datum.get("Value").asDouble(), Double::sum);
  }
}
