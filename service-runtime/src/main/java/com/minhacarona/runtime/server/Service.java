package com.minhacarona.runtime.server;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.Authenticator;
import com.minhacarona.runtime.connections.Certificates;
import com.minhacarona.runtime.connections.Loopback;
import com.minhacarona.runtime.interceptors.HotPath;
import com.minhacarona.runtime.interceptors.WarmUp;
import com.minhacarona.runtime.process.BackgroundLoop;
import com.minhacarona.runtime.process.PortInUseException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The life of one running service, from the first connection to the last. */
public final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final GrpcServer server;
  private final Set<ServiceComponent> components;
  private final Set<ReadinessCheck> readiness;
  private final WarmUp warmUp;
  private final Set<HotPath> hotPaths;
  private final GrpcServerConfig config;
  private final CheckIntervals checkIntervals;
  private final Certificates certificates;
  private final Authenticator authenticator;
  private final DynamoDbClient dynamoDb;
  private final MeterRegistry meters;
  private BackgroundLoop checks;
  private volatile boolean stopping;

  @Inject
  Service(
      GrpcServer server,
      Set<ServiceComponent> components,
      Set<ReadinessCheck> readiness,
      WarmUp warmUp,
      Set<HotPath> hotPaths,
      GrpcServerConfig config,
      CheckIntervals checkIntervals,
      Certificates certificates,
      Authenticator authenticator,
      DynamoDbClient dynamoDb,
      MeterRegistry meters) {
    this.server = server;
    this.components = components;
    this.readiness = readiness;
    this.warmUp = warmUp;
    this.hotPaths = hotPaths;
    this.config = config;
    this.checkIntervals = checkIntervals;
    this.certificates = certificates;
    this.authenticator = authenticator;
    this.dynamoDb = dynamoDb;
    this.meters = meters;
  }

  /**
   * Starts the service, and returns when it serves.
   *
   * @throws PortInUseException when another process listens on a port
   */
  public void start() throws InterruptedException {
    server.start();
    components.forEach(ServiceComponent::start);
    while (!stopping && !(ready() && knowsCallers())) {
      Thread.sleep(checkIntervals.untilReady());
    }
    if (!stopping) {
      warmUp();
      serve();
    }
  }

  /** A stop that came meanwhile wins. */
  private synchronized void serve() {
    if (!stopping) {
      checks = BackgroundLoop.start("checks", this::check);
      server.serve();
      LOG.info("Serving on port {}{}", server.port(), alsoOn(server.mtlsPort()));
    }
  }

  public int port() {
    return server.port();
  }

  /** The port that requires client certificates; 0 when there is none. */
  public int mtlsPort() {
    return server.mtlsPort();
  }

  public void awaitTermination() throws InterruptedException {
    server.awaitTermination();
  }

  /** Stops the service, in this order, and returns when it has stopped. */
  public void stop() throws InterruptedException {
    leave();
    components.forEach(ServiceComponent::leave);
    Thread.sleep(config.drainDelay());
    server.drain();
    components.forEach(ServiceComponent::stop);
    if (checks != null) {
      checks.stop();
    }
    dynamoDb.close();
    // Publishes what was measured since the last step.
    meters.close();
  }

  private synchronized void leave() {
    stopping = true;
    server.leaveService();
  }

  private void check() throws InterruptedException {
    while (true) {
      server.storeAnswers(ready());
      authenticator.refreshKeys();
      Thread.sleep(checkIntervals.whileServing());
    }
  }

  private static String alsoOn(int port) {
    return port == 0 ? "" : ", and for client certificates on port " + port;
  }

  private void warmUp() {
    if (config.warmUpCalls() == 0) {
      return;
    }
    for (HotPath hotPath : hotPaths) {
      warmUp.run(
          Loopback.channel(server.port(), certificates.own()),
          authenticator.ownToken(),
          config.warmUpCalls(),
          hotPath);
    }
    authenticator.retireOwnToken();
  }

  private boolean knowsCallers() {
    try {
      authenticator.prepare();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("Callers cannot be known: {}", e.getMessage());
      return false;
    }
  }

  private boolean ready() {
    try {
      readiness.forEach(ReadinessCheck::run);
      return true;
    } catch (RuntimeException e) {
      LOG.warn("The store does not answer: {}", e.toString());
      return false;
    }
  }
}
