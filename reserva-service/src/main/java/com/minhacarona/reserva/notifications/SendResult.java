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

  /** Something is wrong that has nothing to do with the address, and may pass. */
  record Failed(ProviderException cause) implements SendResult {}
}
