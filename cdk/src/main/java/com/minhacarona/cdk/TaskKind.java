package com.minhacarona.cdk;

import java.util.List;

/** The tasks that are deployed, by the services that they run. Each kind has an image. */
enum TaskKind {
  CARONA("carona-service"),
  RESERVA("reserva-service"),

  /** One process with both, for a small deployment. */
  BOTH("both-services");

  private final String id;

  TaskKind(String id) {
    this.id = id;
  }

  /** The kinds of an environment, which together run each service once. */
  static List<TaskKind> of(EnvironmentConfig config) {
    return config.tasks().thrift().together() ? List.of(BOTH) : List.of(CARONA, RESERVA);
  }

  /** The kind of an environment that runs a service. */
  static TaskKind of(EnvironmentConfig config, MinhaCaronaService service) {
    return of(config).stream().filter(kind -> kind.runs(service)).findFirst().orElseThrow();
  }

  /** The name of image, tasks, roles, logs and metrics. */
  String id() {
    return id;
  }

  /** The services, of which the first one gives its tasks their name in the network. */
  List<MinhaCaronaService> services() {
    return switch (this) {
      case CARONA -> List.of(MinhaCaronaService.CARONA);
      case RESERVA -> List.of(MinhaCaronaService.RESERVA);
      case BOTH -> List.of(MinhaCaronaService.CARONA, MinhaCaronaService.RESERVA);
    };
  }

  boolean runs(MinhaCaronaService service) {
    return services().contains(service);
  }

  /** Whether it books seats. */
  boolean books() {
    return runs(MinhaCaronaService.RESERVA);
  }

  /** Whether it works off the queues of reservations, changes and notifications. */
  boolean worksOffQueues() {
    return runs(MinhaCaronaService.RESERVA);
  }

  /** Whether it offers rides and lists them. */
  boolean offersRides() {
    return runs(MinhaCaronaService.CARONA);
  }

  /** Whether it follows the topic of changes, by queues that its tasks make for themselves. */
  boolean followsChanges() {
    return runs(MinhaCaronaService.CARONA);
  }
}
