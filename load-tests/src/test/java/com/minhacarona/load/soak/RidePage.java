package com.minhacarona.load.soak;

import com.minhacarona.load.soak.History.Entry;
import com.minhacarona.load.soak.Rides.Ride;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The calls of one ride as a page, each a bar from its beginning to its answer. */
final class RidePage {
  private static final double WIDTH = 1_000;

  static void write(Ride ride, String verdict, Path to) {
    List<Entry> calls =
        ride.history().entries().stream().sorted(Comparator.comparingLong(Entry::begun)).toList();
    long first = calls.isEmpty() ? 0 : calls.getFirst().begun();
    long last = calls.stream().mapToLong(Entry::ended).max().orElse(1);
    double scale = WIDTH / Math.max(1, last - first);
    StringBuilder html = new StringBuilder();
    html.append("<!doctype html><meta charset=utf-8><title>").append(ride.id()).append("</title>");
    html.append("<style>body{font:12px monospace}i{display:inline-block;height:8px}</style>");
    html.append("<h1>").append(ride.id()).append("</h1><pre>").append(escaped(verdict));
    html.append("</pre>");
    for (Entry call : calls) {
      html.append(
          "<div><i style='margin-left:%spx;width:%spx;background:%s'></i> %s &rarr; %s</div>%n"
              .formatted(
                  Math.round((call.begun() - first) * scale),
                  Math.max(2, Math.round((call.ended() - call.begun()) * scale)),
                  colour(call),
                  escaped(call.what()),
                  escaped(call.answer())));
    }
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.writeString(to, html);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String colour(Entry call) {
    if (call.unknown()) {
      return "orange";
    }
    return call.answer().equals("OK") ? "green" : "steelblue";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }

  private RidePage() {}
}
