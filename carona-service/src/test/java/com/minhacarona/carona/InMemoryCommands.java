package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Rides in memory, as commands and snapshots of update streams see them. */
final class InMemoryCommands implements Commands, Snapshots {
  final Map<String, CaronaItem> caronas = new ConcurrentHashMap<>();
  final List<StatusChange> changes = new CopyOnWriteArrayList<>();
  final List<Subscription> reads = new CopyOnWriteArrayList<>();

  /** Runs when rides have been read and not been returned. */
  volatile Runnable whileReading = () -> {};

  CaronaItem put(CaronaItem carona) {
    caronas.put(carona.id(), carona);
    return carona;
  }

  @Override
  public List<CaronaItem> read(Subscription subscription, Set<String> known) {
    for (String id : subscription.caronaIds()) {
      if (!caronas.containsKey(id)) {
        whileReading.run();
        throw Refusals.caronaNaoEncontrada(id);
      }
    }
    List<CaronaItem> present = new ArrayList<>();
    read(subscription, present::add);
    caronas.values().stream()
        .filter(carona -> known.contains(carona.id()) && !present.contains(carona))
        .forEach(present::add);
    whileReading.run();
    return present;
  }

  @Override
  public void read(Subscription subscription, Consumer<CaronaItem> to) {
    reads.add(subscription);
    caronas.values().stream()
        .filter(carona ->
            subscription.caronaIds().contains(carona.id())
                || subscription.condominioIds().contains(carona.condominioId()))
        .forEach(to);
  }

  @Override
  public void changeStatus(StatusChange change) {
    changes.add(change);
  }
}
