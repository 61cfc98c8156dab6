package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem.Canal;

/** A provider that brings messages to people. Thread-safe. */
interface Channel {

  Canal canal();

  /**
   * Sends a message. Returns within {@link Deliveries#MAX_SEND}, so that a claim outlasts it.
   *
   * @param address the resident's address on this channel
   */
  SendResult send(String address, Texts texts);
}
