package com.minhacarona.carona;

import com.minhacarona.carona.CreateResult.Created;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.InMemoryItems;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The twin of both stores in memory. It judges as they do, and each of its methods is one step for
 * everybody else. Thread-safe.
 */
final class InMemoryCaronaStore implements CaronaStore, CaronaStatusStore {
  private final InMemoryItems items;
  private final Clock clock;

  InMemoryCaronaStore(InMemoryItems items, Clock clock) {
    this.items = items;
    this.clock = clock;
  }

  @Override
  public CreateResult create(NewCarona newCarona) {
    return items.atomically(() -> {
      CaronaItem carona = newCarona.aberta(now());
      Optional<CaronaItem> earlier = items.findCarona(carona.id());
      if (earlier.isPresent()) {
        return newCarona.meets(earlier.get());
      }
      items.put(carona);
      return new Created(carona);
    });
  }

  @Override
  public Optional<CaronaItem> find(String caronaId, Freshness freshness) {
    return items.findCarona(caronaId);
  }

  @Override
  public StatusChangeResult change(StatusChange change) {
    return items.atomically(() -> {
      Optional<CaronaItem> stored = items.findCarona(change.caronaId());
      Optional<StatusChangeResult> unchanged = CaronaWithReservas.judge(change, stored);
      if (unchanged.isPresent()) {
        return unchanged.get();
      }
      CaronaWithReservas changed =
          new CaronaWithReservas(stored.orElseThrow(), items.reservasOf(change.caronaId()))
              .changedBy(change, now());
      items.put(changed.carona());
      changed.reservas().forEach(items::put);
      return new Changed(changed.carona());
    });
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
