package com.minhacarona.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Rides, reservations and refusals in memory, for the twins of the stores. Thread-safe; a twin
 * makes a transaction of several steps with {@link #atomically}.
 */
public final class InMemoryItems implements StoredItems {
  private final Map<String, CaronaItem> caronas = new HashMap<>();
  private final Map<List<String>, ReservaItem> reservas = new HashMap<>();
  private final Map<List<String>, RecusaItem> recusas = new HashMap<>();

  /** Does these steps while nobody else reads or writes. */
  public synchronized <T> T atomically(Supplier<T> steps) {
    return steps.get();
  }

  @Override
  public synchronized void put(CaronaItem carona) {
    caronas.put(carona.id(), carona);
  }

  @Override
  public synchronized void put(ReservaItem reserva) {
    reservas.put(List.of(reserva.caronaId(), reserva.usuarioId()), reserva);
  }

  @Override
  public synchronized void put(RecusaItem recusa) {
    recusas.put(List.of(recusa.caronaId(), recusa.usuarioId(), recusa.requestId()), recusa);
  }

  @Override
  public synchronized Optional<RecusaItem> recusa(
      String caronaId, String usuarioId, String requestId) {
    return Optional.ofNullable(recusas.get(List.of(caronaId, usuarioId, requestId)));
  }

  /** The ride with this id, if there is one. */
  public synchronized Optional<CaronaItem> findCarona(String id) {
    return Optional.ofNullable(caronas.get(id));
  }

  /** The resident's reservation on this ride, if there is one. */
  public synchronized Optional<ReservaItem> findReserva(String caronaId, String usuarioId) {
    return Optional.ofNullable(reservas.get(List.of(caronaId, usuarioId)));
  }

  /** The reservations on a ride, in no particular order. */
  public synchronized List<ReservaItem> reservasOf(String caronaId) {
    return reservas.values().stream().filter(r -> r.caronaId().equals(caronaId)).toList();
  }

  @Override
  public CaronaItem carona(String id) {
    return findCarona(id).orElseThrow();
  }

  @Override
  public ReservaItem reserva(String caronaId, String usuarioId) {
    return findReserva(caronaId, usuarioId).orElseThrow();
  }

  @Override
  public synchronized List<String> violations() {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    for (CaronaItem carona : caronas.values()) {
      items.add(carona.toItem());
      items.add(carona.toPointer());
    }
    reservas.values().forEach(reserva -> items.add(reserva.toItem()));
    recusas.values().forEach(recusa -> items.add(recusa.toItem()));
    return Invariants.violations(items);
  }
}
