package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.minhacarona.cdk.EnvironmentConfig.WarmWrites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Whether {@code large} bears what its page says that it must. */
class LargeTest {
  private static final Path OPERATIONS = MinhaCaronaApp.ROOT.resolve("docs/operations");
  private static final int SUSTAINED = 5_000;
  private static final int PEAK = 15_000;

  /** What a partition of a table or an index takes a second (AWS). */
  private static final int WRITES_OF_A_PARTITION = 1_000;

  private final JsonNode capacity = Synthesis.json(OPERATIONS.resolve("capacity.json"));

  @Test
  void shards_takeThePeak() {
    OpenShards shards = EnvironmentConfig.LARGE.shards();
    assertThat(PEAK * ofABooking("index") / shards.written()).isLessThan(WRITES_OF_A_PARTITION);
    assertThat(SUSTAINED * ofABooking("index") / EnvironmentConfig.PRODUCTION.shards().written())
        .as("so that the page has a reason")
        .isGreaterThan(WRITES_OF_A_PARTITION);
  }

  @Test
  void warmWrites_areThoseOfThePeaksBookings() {
    WarmWrites warm = EnvironmentConfig.LARGE.warmWrites().orElseThrow();
    assertThat(PEAK * ofABooking("write")).isLessThan(warm.table());
    assertThat(PEAK * ofABooking("index")).isLessThan(warm.index());
  }

  @Test
  void thePage_saysWhatIsCounted() throws IOException {
    String page = Files.readString(OPERATIONS.resolve("large.md"));
    assertThat(page).contains(row("rides and reservations", "write"));
    assertThat(page).contains(row("index of open rides", "index"));
  }

  private String row(String what, String kind) {
    double units = ofABooking(kind);
    return String.format(
        Locale.ROOT, "%s | %.2f | %,.0f | %,.0f |", what, units, SUSTAINED * units, PEAK * units);
  }

  /** Units of a booking and of all that is assumed to come with it. */
  private double ofABooking(String kind) {
    return CostPage.CARONAS
            * (units("CreateCarona", kind)
                + units("UpdateCaronaStatus, leaves", kind)
                + units("UpdateCaronaStatus, arrives", kind))
        + (1 - CostPage.LAST_VAGAS) * units("ProcessarReserva", kind)
        + CostPage.LAST_VAGAS * units("ProcessarReserva, last seat", kind)
        + CostPage.CANCELLED
            * (CostPage.LAST_VAGAS * units("UpdateReservaStatus, ride reopens", kind)
                + (1 - CostPage.LAST_VAGAS) * units("UpdateReservaStatus", kind));
  }

  private double units(String call, String kind) {
    return capacity.get(call).get(kind).asDouble();
  }
}
