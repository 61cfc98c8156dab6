package com.minhacarona.runtime.server;

import com.google.inject.Inject;
import com.minhacarona.runtime.connections.Certificates;
import com.minhacarona.runtime.connections.Listener;
import com.minhacarona.runtime.interceptors.CheckedRequests;
import com.minhacarona.runtime.interceptors.Framing;
import com.minhacarona.runtime.interceptors.Interceptors;
import com.minhacarona.runtime.process.CannotStartException;
import com.minhacarona.runtime.process.PortInUseException;
import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Netty server with our services, health, reflection, limits and interceptors. Thread-safe. Start
 * it once and stop it once.
 */
public final class GrpcServer {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

  private static final int MAX_METADATA_BYTES = 8 * 1024;

  /** How long the server waits for calls that it has cut off. */
  private static final Duration AFTER_CUTOFF = Duration.ofSeconds(2);

  /** The name under which health reports the store, for people to look at. */
  static final String STORE = "dynamodb";

  private final GrpcServerConfig config;
  private final Set<BindableService> services;
  private final Interceptors interceptors;
  private final ExecutorService callExecutor;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Listener listener;
  private volatile boolean serving;

  @Inject
  GrpcServer(
      GrpcServerConfig config,
      Set<BindableService> services,
      Interceptors interceptors,
      ExecutorService callExecutor,
      Certificates certificates) {
    this.config = config;
    this.listener = new Listener(config.listener(), certificates);
    this.services = services;
    this.interceptors = interceptors;
    this.callExecutor = callExecutor;
    setHealth(ServingStatus.NOT_SERVING);
  }

  /**
   * Begins to listen. Health says NOT_SERVING until {@link #serve}.
   *
   * @throws PortInUseException when another process listens on a port
   * @throws CannotStartException when certificates cannot be used
   */
  void start() {
    listener.start(this::configure);
  }

  /** Adds what every transport needs; tests call it for the in-process one. */
  public <B extends ServerBuilder<B>> B configure(B builder) {
    for (BindableService service : services) {
      builder.addService(intercepted(service));
    }
    if (config.reflection()) {
      builder.addService(toKnownCallers(ProtoReflectionServiceV1.newInstance().bindService()));
      builder.addService(toKnownCallers(reflectionV1Alpha().bindService()));
    }
    interceptors.tracers().forEach(builder::addStreamTracerFactory);
    return builder
        .addService(healthService())
        .addService(toAnybody(LoadBalancerHealth.service(() -> serving)))
        // Calls leave the event loop by an interceptor, when they need a thread.
        .directExecutor()
        .maxInboundMessageSize(Framing.MAX_MESSAGE_BYTES)
        .maxInboundMetadataSize(MAX_METADATA_BYTES);
  }

  /** Says SERVING, under the empty name and each service's own. */
  void serve() {
    serving = true;
    setHealth(ServingStatus.SERVING);
  }

  /** Reports the store under its own name, because a store that is away is no fault of ours. */
  void storeAnswers(boolean answers) {
    health.setStatus(STORE, answers ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** The port it listens on; 0 before it does. */
  int port() {
    return listener.port();
  }

  /** The port that requires client certificates; 0 when there is none. */
  int mtlsPort() {
    return listener.mtlsPort();
  }

  void awaitTermination() throws InterruptedException {
    listener.awaitTermination();
  }

  /** Says NOT_SERVING for good. */
  void leaveService() {
    serving = false;
    health.enterTerminalState();
  }

  /** Takes no more calls, waits for those in flight, and cuts off those that take too long. */
  void drain() throws InterruptedException {
    if (!listener.drain(config.drainTimeout())) {
      LOG.warn("Calls in flight did not end within {}, cutting them off", config.drainTimeout());
      listener.cutOff(AFTER_CUTOFF);
    }
    callExecutor.shutdownNow();
    listener.stop();
  }

  private ServerServiceDefinition intercepted(BindableService service) {
    return ServerInterceptors.interceptForward(
        CheckedRequests.of(ErrorDetailsReflection.added(service.bindService())),
        interceptors.ofFeatures());
  }

  private ServerServiceDefinition toAnybody(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(service, interceptors.ofProbes());
  }

  private ServerServiceDefinition toKnownCallers(ServerServiceDefinition service) {
    return ServerInterceptors.interceptForward(service, interceptors.ofOperations());
  }

  /** Anybody may check, and only known callers may watch. */
  private ServerServiceDefinition healthService() {
    ServerServiceDefinition service = health.getHealthService().bindService();
    ServerServiceDefinition open = toAnybody(service);
    ServerServiceDefinition known = toKnownCallers(service);
    String check = HealthGrpc.getCheckMethod().getFullMethodName();
    ServerServiceDefinition.Builder mixed =
        ServerServiceDefinition.builder(service.getServiceDescriptor());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      String name = method.getMethodDescriptor().getFullMethodName();
      mixed.addMethod(Objects.requireNonNull((name.equals(check) ? open : known).getMethod(name)));
    }
    return mixed.build();
  }

  private void setHealth(ServingStatus status) {
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    for (BindableService service : services) {
      health.setStatus(service.bindService().getServiceDescriptor().getName(), status);
    }
  }

  /** grpcurl and Postman from before 2024 know only this version. */
  @SuppressWarnings("deprecation")
  private static BindableService reflectionV1Alpha() {
    return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
  }
}
