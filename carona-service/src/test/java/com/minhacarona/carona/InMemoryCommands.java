package com.minhacarona.carona;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.table.CaronaItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
  public void admit(int bytes, Runnable command) {
    command.run();
  }

  @Override
  public PresentStates read(Caller caller, Subscription subscription, Set<String> claimed) {
    for (String id : subscription.caronaIds()) {
      if (!caronas.containsKey(id)) {
        whileReading.run();
        throw Refusals.caronaNaoEncontrada(id);
      }
    }
    List<CaronaItem> present = new ArrayList<>();
    read(subscription, present::add);
    PresentStates states =
        new PresentStates(
            subscription.condominioIds().stream()
                .collect(
                    Collectors.toMap(
                        id -> id,
                        id -> present.stream().filter(c -> c.condominioId().equals(id)).toList())),
            Stream.concat(
                    present.stream()
                        .filter(c -> !subscription.condominioIds().contains(c.condominioId())),
                    caronas.values().stream()
                        .filter(c -> claimed.contains(c.id()) && !present.contains(c)))
                .toList());
    whileReading.run();
    return states;
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
