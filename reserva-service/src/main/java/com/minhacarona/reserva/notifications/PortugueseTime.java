package com.minhacarona.reserva.notifications;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes times as people in Brazil do: {@code qui., 27 de nov., 08:00}. The names are those of CLDR
 * for {@code pt-BR}, and written here, because the images' Java has the names of English only.
 */
final class PortugueseTime {
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendText(
              ChronoField.DAY_OF_WEEK,
              numbered("seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom."))
          .appendLiteral(", ")
          .appendValue(ChronoField.DAY_OF_MONTH)
          .appendLiteral(" de ")
          .appendText(
              ChronoField.MONTH_OF_YEAR,
              numbered(
                  "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.",
                  "nov.", "dez."))
          .appendLiteral(", ")
          .appendValue(ChronoField.HOUR_OF_DAY, 2)
          .appendLiteral(':')
          .appendValue(ChronoField.MINUTE_OF_HOUR, 2)
          .toFormatter(Locale.forLanguageTag("pt-BR"));

  static String text(Instant instant, ZoneId zone) {
    return FORMAT.format(instant.atZone(zone));
  }

  private static Map<Long, String> numbered(String... names) {
    Map<Long, String> byNumber = new HashMap<>();
    for (String name : List.of(names)) {
      byNumber.put(byNumber.size() + 1L, name);
    }
    return byNumber;
  }

  private PortugueseTime() {}
}
