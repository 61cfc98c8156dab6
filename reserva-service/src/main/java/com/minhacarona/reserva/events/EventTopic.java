package com.minhacarona.reserva.events;

/** Tells events to whoever has subscribed, at least once each. Thread-safe. */
public interface EventTopic {

  /**
   * Returns when the event will reach every subscriber.
   *
   * @throws RuntimeException when it may not have been told: it has to be published again then
   */
  void publish(DomainEvent event);
}
