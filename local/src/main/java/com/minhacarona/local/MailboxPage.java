package com.minhacarona.local;

import com.google.common.html.HtmlEscapers;
import com.minhacarona.local.Mailbox.Received;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Shows the mailbox: as HTML to a browser, as text to whatever else asks. With {@code ?to=} and an
 * address it shows that resident's messages only.
 */
final class MailboxPage {
  private static final String TO = "to=";

  private final Mailbox mailbox;

  MailboxPage(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  void show(HttpExchange exchange) throws IOException {
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
    List<Received> messages =
        mailbox.messages().stream().filter(message -> isAskedFor(query, message)).toList();
    List<String> accepted = exchange.getRequestHeaders().getOrDefault("Accept", List.of());
    if (accepted.stream().anyMatch(types -> types.contains("text/html"))) {
      Pages.answer(exchange, "text/html; charset=utf-8", html(messages));
    } else {
      Pages.answer(exchange, "text/plain; charset=utf-8", text(messages));
    }
  }

  private static boolean isAskedFor(String query, Received message) {
    return !query.startsWith(TO) || query.substring(TO.length()).equals(message.to());
  }

  private static String text(List<Received> messages) {
    return messages.stream().map(MailboxPage::text).collect(Collectors.joining("\n"));
  }

  private static String text(Received message) {
    return """
    -- %s to %s
    %s%s
    """
        .formatted(
            message.channel(),
            message.to(),
            message.subject().isEmpty() ? "" : message.subject() + "\n\n",
            message.text().strip());
  }

  private static String html(List<Received> messages) {
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta http-equiv="refresh" content="5">
    <title>Mailbox: Minha Carona</title>
    <style>
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
      article { border: 1px solid #ccc; border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
      h2 { font-size: 1rem; margin: 0 0 .5rem } p { white-space: pre-wrap; margin: .5rem 0 }
      iframe { width: 100%%; height: 24rem; border: 0 } small { color: #666 }
    </style>
    <h1>Mailbox</h1>
    <p>%s. Newest first; the page looks again every five seconds.</p>
    %s
    </html>
    """
        .formatted(
            messages.isEmpty() ? "Nobody was told anything yet" : messages.size() + " messages",
            messages.stream().map(MailboxPage::html).collect(Collectors.joining()));
  }

  /** The mail's own HTML is shown in a frame in which no script runs. */
  private static String html(Received message) {
    return """
    <article>
      <small>%s, %s to %s</small>
      <h2>%s</h2>
      %s
    </article>
    """
        .formatted(
            message.at(),
            escaped(message.channel()),
            escaped(message.to()),
            escaped(message.subject()),
            message.html().isEmpty()
                ? "<p>%s</p>".formatted(escaped(message.text()))
                : "<iframe sandbox srcdoc=\"%s\"></iframe>".formatted(escaped(message.html())));
  }

  private static String escaped(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }
}
