package com.minhacarona.reserva.notifications;

/** How sending ended. None of these holds an address or a name, because they are logged. */
sealed interface SendResult {

  /** The provider has taken the message. Whether it arrives, is the provider's to know. */
  record Sent() implements SendResult {}

  /**
   * The provider will never take a message to this address.
   *
   * @param code the provider's own
   */
  record Refused(String code) implements SendResult {}

  /**
   * Something is wrong that has nothing to do with the address.
   *
   * @param cause {@link ProviderException} if it may pass, and a fault of ours otherwise
   */
  record Failed(RuntimeException cause) implements SendResult {}
}
