package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.Examples;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Silencio;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuietHoursTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 27);
  private static final int CASES = 5_000;
  private static final int MINUTES_A_DAY = 24 * 60;

  @ParameterizedTest
  @CsvSource({
    "22:00, 07:00, 2026-11-27T21:59:59.999,",
    "22:00, 07:00, 2026-11-27T22:00, 2026-11-28T07:00",
    "22:00, 07:00, 2026-11-27T23:59:59.999, 2026-11-28T07:00",
    "22:00, 07:00, 2026-11-28T00:00, 2026-11-28T07:00",
    "22:00, 07:00, 2026-11-28T06:59:59.999, 2026-11-28T07:00",
    "22:00, 07:00, 2026-11-28T07:00,",
    "13:00, 14:00, 2026-11-27T13:30, 2026-11-27T14:00",
    "22:00, 00:00, 2026-11-27T23:30, 2026-11-28T00:00",
    "08:00, 08:00, 2026-11-27T08:00,"
  })
  void quietHours_endAtTheirEnd(
      LocalTime de, LocalTime ate, java.time.LocalDateTime now, java.time.LocalDateTime end) {
    ZoneId zone = NotificationsConfig.DEFAULT_ZONE;
    assertThat(QuietHours.end(usuario(new Silencio(de, ate)), zone, now.atZone(zone).toInstant()))
        .isEqualTo(Optional.ofNullable(end).map(time -> time.atZone(zone).toInstant()));
  }

  /** New York changes its clock in the year of these cases, São Paulo does not. */
  @ParameterizedTest
  @ValueSource(strings = {"America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "UTC"})
  void anyQuietHours_endAheadWithinADay_andItIsNotQuietThen(String zoneId) {
    ZoneId zone = ZoneId.of(zoneId);
    Random random = new Random(42);
    for (int i = 0; i < CASES; i++) {
      Silencio silencio = new Silencio(time(random), time(random));
      UsuarioItem usuario = usuario(silencio);
      Instant now =
          ZonedDateTime.of(DAY.withDayOfYear(1 + random.nextInt(365)), time(random), zone)
              .toInstant();
      Optional<Instant> end = QuietHours.end(usuario, zone, now);
      assertThat(end.isPresent())
          .as("%s at %s", silencio, now)
          .isEqualTo(silencio.contains(now.atZone(zone).toLocalTime()));
      end.ifPresent(until -> {
        assertThat(until).isAfter(now).isBeforeOrEqualTo(now.plus(Duration.ofHours(25)));
        assertThat(QuietHours.end(usuario, zone, until)).as("%s", silencio).isEmpty();
      });
    }
  }

  @Test
  void withoutQuietHours_itIsNeverQuiet() {
    UsuarioItem usuario =
        new UsuarioItem(
            "u",
            "c",
            "",
            "",
            "",
            "",
            java.util.Set.of(),
            java.util.Set.of(),
            Optional.empty(),
            Optional.empty());
    assertThat(QuietHours.end(usuario, ZoneId.of("UTC"), Instant.now())).isEmpty();
  }

  private static LocalTime time(Random random) {
    return LocalTime.MIN.plusMinutes(random.nextInt(MINUTES_A_DAY));
  }

  private static UsuarioItem usuario(Silencio silencio) {
    UsuarioItem any = Examples.usuario("u");
    return new UsuarioItem(
        any.id(),
        any.condominioId(),
        any.nome(),
        any.email(),
        any.telefone(),
        any.pushEndpoint(),
        any.canais(),
        any.avisosRecusados(),
        Optional.of(silencio),
        any.fuso());
  }
}
