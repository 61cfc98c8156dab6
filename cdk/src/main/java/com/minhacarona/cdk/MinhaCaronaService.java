package com.minhacarona.cdk;

import java.util.stream.Stream;

/** The services, as callers know them. */
enum MinhaCaronaService {
  CARONA("carona-service", "minhacarona.v1.CaronaService", 10),
  RESERVA("reserva-service", "minhacarona.v1.ReservaService", 20);

  private final String id;
  private final String grpcService;
  private final int priority;

  MinhaCaronaService(String id, String grpcService, int priority) {
    this.id = id;
    this.grpcService = grpcService;
    this.priority = priority;
  }

  /** The service that is called so everywhere outside the contract. */
  static MinhaCaronaService valueOfId(String id) {
    return Stream.of(values()).filter(s -> s.id.equals(id)).findFirst().orElseThrow();
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
}
