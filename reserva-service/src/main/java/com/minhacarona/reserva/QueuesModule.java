package com.minhacarona.reserva;

import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.minhacarona.reserva.events.ChangesHandler;
import com.minhacarona.reserva.notifications.Notifier;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueConfig;
import com.minhacarona.runtime.server.FeatureModule;
import java.util.Map;

/** The queues that this process reads, each with what handles its messages. */
public final class QueuesModule extends FeatureModule {
  private final Map<Queue, QueueConfig> read;

  /**
   * The reading of these queues. It needs the module of the runtime's queues, and what handles the
   * messages: for reservations, the module of the reservations and an {@code EventTopic}; for
   * changes, the module of events; for notifications, that of what residents are told.
   */
  public QueuesModule(Map<Queue, QueueConfig> read) {
    this.read = Map.copyOf(read);
  }

  @Override
  protected void configure() {
    bind(new TypeLiteral<Map<Queue, QueueConfig>>() {}).toInstance(read);
    bind(QueueReaders.class).in(Singleton.class);
    component(QueueReaders.class);
    MapBinder<Queue, MessageHandler> handlers =
        MapBinder.newMapBinder(binder(), Queue.class, MessageHandler.class);
    for (Queue queue : read.keySet()) {
      handlers
          .addBinding(queue)
          .to(
              switch (queue) {
                case RESERVATIONS -> {
                  bind(ReservationsHandler.class);
                  yield ReservationsHandler.class;
                }
                case CHANGES -> ChangesHandler.class;
                case NOTIFICATIONS -> Notifier.class;
              });
    }
  }
}
