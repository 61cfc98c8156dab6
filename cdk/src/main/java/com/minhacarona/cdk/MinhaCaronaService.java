package com.minhacarona.cdk;

/** The services that are deployed. */
enum MinhaCaronaService {
  CARONA("carona-service", "minhacarona.v1.CaronaService", 10, true),
  RESERVA("reserva-service", "minhacarona.v1.ReservaService", 20, false);

  private final String id;
  private final String grpcService;
  private final int priority;
  private final boolean followsChanges;

  MinhaCaronaService(String id, String grpcService, int priority, boolean followsChanges) {
    this.id = id;
    this.grpcService = grpcService;
    this.priority = priority;
    this.followsChanges = followsChanges;
  }

  /** What it is called everywhere outside the contract. */
  String id() {
    return id;
  }

  /** The paths of its calls. */
  String path() {
    return "/%s/*".formatted(grpcService);
  }

  /** The place of its rule among those of the load balancer. */
  int priority() {
    return priority;
  }

  /** Its name in the network's DNS, before {@code .internal}. */
  String dnsName() {
    return "grpc-" + id;
  }

  /** Whether it works off the queues of reservations, changes and notifications. */
  boolean worksOffQueues() {
    return this == RESERVA;
  }

  /** Whether it offers rides and lists them. */
  boolean offersRides() {
    return this == CARONA;
  }

  /** Whether it follows the topic of changes, by queues that its tasks make for themselves. */
  boolean followsChanges() {
    return followsChanges;
  }
}
