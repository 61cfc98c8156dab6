package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.table.UsuarioItem.Canal;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;

/** Counts what residents are told. Thread-safe. */
final class NotificationMetrics {
  /**
   * Counts by channel, message and outcome each time that somebody was to be told. It makes too
   * many series to be published, which costs money.
   */
  static final String SENT = "notifications.sent";

  /** The same by channel and outcome only. */
  static final String OUTCOME = "notifications.outcome";

  /** Counts events by what became of them. */
  static final String EVENTS = "notifications.events";

  static final List<String> NAMES = List.of(OUTCOME, EVENTS);

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
    meters.counter(OUTCOME, "channel", channel, "outcome", delivery.outcome()).increment();
  }

  void event(String outcome) {
    meters.counter(EVENTS, "outcome", outcome).increment();
  }
}
