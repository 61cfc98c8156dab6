package com.minhacarona.reserva;

import com.google.inject.Module;
import com.minhacarona.reserva.events.EventsModule;
import com.minhacarona.reserva.notifications.NotificationsConfig;
import com.minhacarona.reserva.notifications.NotificationsModule;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.queue.QueueModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a process of reserva-service does.
 *
 * @param rpcs whether it offers its calls; a process that does not has health only
 */
public record ReservaConfig(boolean rpcs, QueuesConfig queues, NotificationsConfig notifications) {
  private static final String ON = "on";
  private static final String OFF = "off";

  public static ReservaConfig from(Environment environment) {
    QueuesConfig queues = QueuesConfig.from(environment);
    return new ReservaConfig(
        environment.oneOf("MINHA_CARONA_RPCS", ON, Set.of(ON, OFF)).equals(ON),
        queues,
        NotificationsConfig.from(environment, queues.read().containsKey(Queue.NOTIFICATIONS)));
  }

  /** The modules of these features. */
  public List<Module> modules() {
    List<Module> modules = new ArrayList<>();
    modules.add(rpcs ? new ReservaModule() : new ReservasModule());
    if (!queues.read().isEmpty()) {
      modules.add(new QueueModule(queues.sqsEndpoint()));
      modules.add(new QueuesModule(queues.read()));
    }
    queues
        .eventsTopicArn()
        .ifPresent(topic -> modules.add(new EventsModule(topic, queues.snsEndpoint())));
    if (queues.read().containsKey(Queue.NOTIFICATIONS)) {
      modules.add(new NotificationsModule(notifications));
    }
    return modules;
  }
}
