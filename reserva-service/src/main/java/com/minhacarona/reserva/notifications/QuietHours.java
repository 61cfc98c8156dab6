package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/** Tells how long a resident is not to be disturbed. */
final class QuietHours {

  /**
   * When the quiet hours end that last now; empty when there are none now.
   *
   * @param zone in which the resident's clock shows the time
   */
  static Optional<Instant> end(UsuarioItem usuario, ZoneId zone, Instant now) {
    ZonedDateTime local = now.atZone(zone);
    return usuario
        .silencio()
        .filter(silencio -> silencio.contains(local.toLocalTime()))
        .map(silencio -> {
          ZonedDateTime end = local.with(silencio.ate());
          // After a change of the clock an end may be skipped, and so lie before now.
          return (end.isAfter(local) ? end : local.plusDays(1).with(silencio.ate())).toInstant();
        });
  }

  private QuietHours() {}
}
