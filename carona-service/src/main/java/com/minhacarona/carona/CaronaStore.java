package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.Optional;

/** Keeps rides. Thread-safe. */
interface CaronaStore {

  /**
   * Stores a ride once, however often the same request is made.
   *
   * @throws io.grpc.StatusRuntimeException when the store did not carry it out, or when it did not
   *     say whether it had
   */
  CreateResult create(NewCarona newCarona);

  /**
   * Finds what an earlier {@link #create} of the same request has led to, with one strong read.
   *
   * @return empty when there is no such ride
   */
  default Optional<CreateResult> findCreated(NewCarona newCarona) {
    return find(newCarona.id(), Freshness.STRONG).map(newCarona::meets);
  }

  /** Finds a ride by its id, with one read. */
  Optional<CaronaItem> find(String caronaId, Freshness freshness);

  /** The writes that a read must have seen. */
  enum Freshness {
    /** Writes of the last moment may be missing; the read costs half as much. */
    EVENTUAL,
    /** Every write that was acknowledged before the read. */
    STRONG
  }
}
