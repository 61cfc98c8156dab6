package com.minhacarona.table;

import java.util.List;
import java.util.Optional;

/**
 * The rides, reservations and refusals that a test stores and looks at, in DynamoDB or in memory.
 */
public interface StoredItems {

  /** Stores a ride with its pointer, in place of the ride with this id. */
  void put(CaronaItem carona);

  /** Stores a reservation in place of the resident's on that ride. */
  void put(ReservaItem reserva);

  /** Stores a refusal in place of the same request's. */
  void put(RecusaItem recusa);

  /** The refusal of a request, if there is one. */
  Optional<RecusaItem> recusa(String caronaId, String usuarioId, String requestId);

  /** The stored ride, which must be there. */
  CaronaItem carona(String id);

  /** The stored reservation, which must be there. */
  ReservaItem reserva(String caronaId, String usuarioId);

  /** The invariants that the items violate, one sentence each; see {@link Invariants}. */
  List<String> violations();
}
