package com.minhacarona.reserva.notifications;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.minhacarona.reserva.notifications.Facts.Length;
import com.minhacarona.table.UsuarioItem;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The words of all messages, from the folder {@code templates}. A template that is missing or
 * cannot be read fails the start; a name that no fact has fails the message. Thread-safe.
 */
final class Templates {
  /** What is left of a part that a message does not have. */
  private static final Pattern BLANK_LINES = Pattern.compile("\n{3,}");

  private final Map<MessageKind, Message> messages = new EnumMap<>(MessageKind.class);
  private final Template textLayout;
  private final Template htmlLayout;
  private final String unsubscribe;

  /** The templates of one kind of message. */
  private record Message(
      Template subject, Template text, Template html, Template sms, Template push) {}

  Templates(NotificationsConfig config) {
    Mustache.Compiler text = compiler("txt").escapeHTML(false);
    Mustache.Compiler html = compiler("html").escapeHTML(true);
    for (MessageKind kind : MessageKind.values()) {
      String folder = kind.folder() + "/";
      messages.put(
          kind,
          new Message(
              text.compile(read(folder + "subject.txt").strip()),
              text.compile(read(folder + "body.txt").strip()),
              html.compile(read(folder + "body.html").strip()),
              text.compile(read(folder + "sms.txt").strip()),
              text.compile(read(folder + "push.txt").strip())));
    }
    textLayout = text.compile(read("layout.txt"));
    htmlLayout = html.compile(read("layout.html"));
    unsubscribe = config.unsubscribe().map(URI::toString).orElse("");
  }

  /**
   * Writes a message.
   *
   * @param people the residents whom it names
   * @param zone in which times are told
   */
  Texts render(Notice notice, Happening happening, Map<String, UsuarioItem> people, ZoneId zone) {
    Message message = messages.get(notice.kind());
    Map<String, Object> full = Facts.of(notice, happening, people, zone, Length.FULL);
    Map<String, Object> line = Facts.of(notice, happening, people, zone, Length.LINE);
    Map<String, Object> sms = Facts.of(notice, happening, people, zone, Length.SMS);
    String subject = message.subject().execute(line);
    String[] push = message.push().execute(line).split("\n", 2);
    return new Texts(
        subject,
        BLANK_LINES
            .matcher(
                textLayout.execute(framed(full, subject, message.text().execute(full).strip())))
            .replaceAll("\n\n"),
        htmlLayout.execute(framed(full, subject, message.html().execute(full))),
        Gsm.message(message.sms().execute(sms)),
        push[0].strip(),
        push[1].strip());
  }

  private Map<String, Object> framed(Map<String, Object> facts, String subject, String body) {
    Map<String, Object> all = new HashMap<>(facts);
    all.put("subject", subject);
    all.put("body", body);
    all.put("unsubscribe", unsubscribe);
    return all;
  }

  private static Mustache.Compiler compiler(String extension) {
    return Mustache.compiler()
        .emptyStringIsFalse(true)
        .withLoader(name -> new StringReader(read(name + "." + extension)));
  }

  private static String read(String name) {
    try (InputStream file = Templates.class.getResourceAsStream("templates/" + name)) {
      if (file == null) {
        throw new IllegalStateException("there is no template " + name);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
