package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaPartition.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("dynamodb")
class CaronaPartitionTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Instant PARTIDA = Instant.parse("2026-11-22T09:30:00Z");

  @Test
  void pages_ofARideWithReservations_haveTheRideFirstAndEachReservationOnce() {
    CaronaItem carona = Examples.carona("c1", PARTIDA);
    List<ReservaItem> reservas =
        List.of(
            Examples.reserva("c1", "ana", "r1"),
            Examples.reserva("c1", "bia", "r2"),
            Examples.reserva("c1", "carla", "r3"));
    LOCAL.put(carona);
    reservas.reversed().forEach(LOCAL::put);
    LOCAL.put(Examples.carona("c10", PARTIDA));
    for (int limit = 1; limit <= 5; limit++) {
      List<Page> pages = pages("c1", limit);
      assertThat(pages.getFirst().carona()).contains(carona);
      assertThat(pages.getFirst().condominioId()).contains(carona.condominioId());
      assertThat(pages.getFirst().motoristaId()).contains(carona.motoristaId());
      assertThat(pages.subList(1, pages.size())).allMatch(page -> page.carona().isEmpty());
      assertThat(pages.stream().flatMap(page -> page.reservas().stream())).isEqualTo(reservas);
    }
  }

  @Test
  void pages_ofNoRide_areOneWithoutItems() {
    assertThat(pages("nowhere", 10))
        .singleElement()
        .returns(Optional.empty(), Page::carona)
        .returns(List.of(), Page::reservas)
        .returns(false, Page::more);
  }

  private static List<Page> pages(String caronaId, int limit) {
    List<Page> pages = new ArrayList<>();
    Optional<Page> previous = Optional.empty();
    do {
      Page page =
          CaronaPartition.page(
              LOCAL
                  .client()
                  .query(
                      CaronaPartition.query(caronaId, previous)
                          .tableName(LOCAL.tableName())
                          .limit(limit)
                          .build()),
              skipped -> {
                throw skipped;
              });
      pages.add(page);
      previous = Optional.of(page);
    } while (previous.get().more());
    return pages;
  }
}
