package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.table.UsuarioItem.Canal;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what residents are told. Thread-safe. */
final class NotificationMetrics {
  /**
   * Counts by channel, message and outcome each time that somebody was to be told. Neither counter
   * is published, because series cost money, and a provider that fails shows as the queue's age.
   */
  static final String SENT = "notifications.sent";

  /** Counts by channel and outcome what a provider was asked to send. */
  static final String PROVIDER = "notifications.provider";

  private final MeterRegistry meters;

  @Inject
  NotificationMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void ended(MessageKind kind, Canal canal, Delivery delivery) {
    String channel = canal.name().toLowerCase(Locale.ROOT);
    meters
        .counter(SENT, "channel", channel, "message", kind.folder(), "outcome", delivery.outcome())
        .increment();
    if (delivery.isOfTheProvider()) {
      meters.counter(PROVIDER, "channel", channel, "outcome", delivery.outcome()).increment();
    }
  }
}
