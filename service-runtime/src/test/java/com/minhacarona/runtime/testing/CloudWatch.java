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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/**
 * Takes PutMetricData as CloudWatch does, in CBOR, and remembers the series. It accepts everything;
 * {@link #refusals} says what CloudWatch would not have accepted.
 */
public final class CloudWatch implements AutoCloseable {
  /** The limits of one request and of one metric in it (API reference of PutMetricData). */
  private static final int MAX_DATA = 1_000;

  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_DIMENSIONS = 30;
  private static final int MAX_NAME = 255;
  private static final double MAX_VALUE = Math.pow(2, 360);

  private static final byte[] EMPTY_MAP = {(byte) 0xa0};

  private final Map<String, Double> series = new ConcurrentHashMap<>();
  private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
  private final Set<String> refusals = ConcurrentHashMap.newKeySet();
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
            JsonNode request = cbor.readTree(content);
            judge(request, body.length);
            namespaces.add(request.get("Namespace").asText());
            request.get("MetricData").forEach(this::remember);
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

  /** The namespaces that metrics came for. */
  public Set<String> namespaces() {
    return Set.copyOf(namespaces);
  }

  /** Why CloudWatch would have refused what came; none when it would not. */
  public Set<String> refusals() {
    return Set.copyOf(refusals);
  }

  /** The series that CloudWatch would bill, by name and dimensions, each with its sum. */
  public Map<String, Double> series() {
    return new TreeMap<>(series);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void judge(JsonNode request, int bytes) {
    JsonNode data = request.get("MetricData");
    if (bytes > MAX_BYTES || data.size() > MAX_DATA) {
      refusals.add("%s metrics in %s bytes".formatted(data.size(), bytes));
    }
    for (JsonNode datum : data) {
      double value = datum.path("Value").asDouble();
      boolean isName = isName(datum.get("MetricName").asText());
      for (JsonNode dimension : datum.path("Dimensions")) {
        isName &=
            isName(dimension.get("Name").asText()) && !dimension.get("Value").asText().isBlank();
      }
      if (!(Math.abs(value) <= MAX_VALUE)
          || datum.path("Dimensions").size() > MAX_DIMENSIONS
          || !isName) {
        refusals.add(datum.toString());
      }
    }
  }

  private static boolean isName(String name) {
    return !name.isBlank()
        && !name.startsWith(":")
        && name.length() <= MAX_NAME
        && name.chars().allMatch(c -> c >= ' ' && c <= '~');
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
