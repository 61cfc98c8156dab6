package com.minhacarona.reserva;

import com.minhacarona.table.RecusaItem;

/** Remembers what was refused for good, so that it is never booked later. Thread-safe. */
interface RecusaStore {

  /**
   * Remembers a refusal, unless the same request was refused or booked before. From then on {@link
   * ReservaStore#book} does not book the request if it comes by the queue.
   *
   * @throws io.grpc.StatusRuntimeException when the store did not remember it, or when it did not
   *     say whether it had
   */
  Remembered remember(RecusaItem recusa);

  /** What holds for the request, for good. */
  sealed interface Remembered {}

  /** It is refused, by this refusal or by an earlier one. */
  record Recusada(RecusaItem recusa) implements Remembered {}

  /** Another copy of the request booked the seats meanwhile. Nothing is remembered. */
  record Reservada() implements Remembered {}
}
