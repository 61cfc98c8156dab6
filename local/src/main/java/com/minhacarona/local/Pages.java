package com.minhacarona.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.minhacarona.runtime.process.PortInUseException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/**
 * What people look at with a browser or curl, on loopback only: all meters of both services as
 * Prometheus text at {@code /metrics}, what residents were told at {@code /mailbox}, and what
 * clients need to know at {@code /settings}. The mailbox takes its messages here too, where SES and
 * SNS would.
 */
final class Pages {
  /** Where SES takes mails (API reference, version 2). */
  private static final String MAILS = "/v2/email/outbound-emails";

  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer server;

  private final Mailbox mailbox;

  private Pages(HttpServer server, Mailbox mailbox) {
    this.server = server;
    this.mailbox = mailbox;
  }

  /** Starts the pages; port 0 takes any free one. */
  static Pages start(int port, Mailbox mailbox) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      Pages pages = new Pages(server, mailbox);
      server.createContext(
          "/metrics",
          exchange -> answer(exchange, "text/plain; version=0.0.4", pages.registry.scrape()));
      server.createContext("/mailbox", new MailboxPage(mailbox)::show);
      server.createContext(MAILS, mailbox::takeMail);
      server.createContext("/", pages::takePublication);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      return pages;
    } catch (IOException e) {
      throw new PortInUseException(port, "MINHA_CARONA_METRICS_PORT", e);
    }
  }

  /** SNS takes publications at the root of its address, where there is nothing to look at. */
  private void takePublication(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("POST")) {
      mailbox.takePublication(exchange);
    } else {
      try (exchange) {
        exchange.sendResponseHeaders(NOT_FOUND, -1);
      }
    }
  }

  static void answer(HttpExchange exchange, String contentType, String text) throws IOException {
    try (exchange) {
      byte[] bytes = text.getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", contentType);
      exchange.sendResponseHeaders(OK, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /** Shows this text at this path from now on. */
  void show(String path, String text) {
    server.createContext(path, exchange -> answer(exchange, "text/plain; charset=utf-8", text));
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  int port() {
    return server.getAddress().getPort();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  void stop() {
    server.stop(0);
  }
}
