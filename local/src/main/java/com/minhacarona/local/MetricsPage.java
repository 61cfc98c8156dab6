package com.minhacarona.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.minhacarona.runtime.process.PortInUseException;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Shows all meters of both services as Prometheus text at {@code /metrics}, on loopback only. */
final class MetricsPage {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer server;

  private MetricsPage(HttpServer server) {
    this.server = server;
  }

  /** Starts the page; port 0 takes any free one. */
  static MetricsPage start(int port) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      MetricsPage page = new MetricsPage(server);
      server.createContext(
          "/metrics",
          exchange -> {
            try (exchange) {
              byte[] text = page.registry.scrape().getBytes(UTF_8);
              exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
              exchange.sendResponseHeaders(200, text.length);
              exchange.getResponseBody().write(text);
            }
          });
      server.start();
      return page;
    } catch (IOException e) {
      throw new PortInUseException(port, "MINHA_CARONA_METRICS_PORT", e);
    }
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  int port() {
    return server.getAddress().getPort();
  }

  void stop() {
    server.stop(0);
  }
}
