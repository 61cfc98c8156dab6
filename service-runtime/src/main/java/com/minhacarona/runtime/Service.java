package com.minhacarona.runtime;

import com.google.inject.Inject;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The life of one running service, from the first connection to the last. */
public final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(1);

  private final GrpcServer server;
  private final Set<ServiceComponent> components;
  private final ReadinessCheck readiness;
  private final DynamoDbClient dynamoDb;
  private volatile boolean stopping;

  @Inject
  Service(
      GrpcServer server,
      Set<ServiceComponent> components,
      ReadinessCheck readiness,
      DynamoDbClient dynamoDb) {
    this.server = server;
    this.components = components;
    this.readiness = readiness;
    this.dynamoDb = dynamoDb;
  }

  /**
   * Returns when the service is serving.
   *
   * @throws PortInUseException when another process listens on the port
   */
  public void start() throws InterruptedException {
    server.start();
    components.forEach(ServiceComponent::start);
    while (!stopping && !ready()) {
      Thread.sleep(BETWEEN_CHECKS);
    }
    if (!stopping) {
      server.serve();
      LOG.info("Serving on port {}", server.port());
    }
  }

  public int port() {
    return server.port();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** The order in which a service stops. */
  public void stop() throws InterruptedException {
    stopping = true;
    server.leaveService();
    components.forEach(ServiceComponent::leave);
    server.drain();
    components.forEach(ServiceComponent::stop);
    dynamoDb.close();
  }

  private boolean ready() {
    try {
      readiness.run();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("Not ready, trying again: {}", e.toString());
      return false;
    }
  }
}
