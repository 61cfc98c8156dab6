package com.minhacarona.runtime.testing;

import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.util.Modules;
import com.minhacarona.runtime.auth.AuthConfig;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.connections.Certificates;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.connections.Loopback;
import com.minhacarona.runtime.connections.TlsConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.metrics.MetricsConfig;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.process.ProcessExit;
import com.minhacarona.runtime.server.GrpcServer;
import com.minhacarona.runtime.server.GrpcServerConfig;
import com.minhacarona.runtime.server.Service;
import com.minhacarona.runtime.server.ServiceConfig;
import com.minhacarona.runtime.server.ServiceModule;
import com.minhacarona.runtime.tracing.TracingConfig;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a service with the modules of production, and opens a channel to it. */
public final class TestServer implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /** Generous, because DynamoDB Local may be slow on a busy machine. */
  private static final Duration ATTEMPT = Duration.ofSeconds(10);

  /** Tests make 200 calls at once from one address, which gets three quarters of as many. */
  private static final int CONNECTIONS = 320;

  /** The store of services that ask none. */
  public static final DynamoDbConfig NO_STORE = dynamoDb(URI.create("http://127.0.0.1:1"), "none");

  private final Injector injector;
  private final ManagedChannel channel;
  private final Runnable stop;

  private TestServer(Injector injector, ManagedChannel channel, Runnable stop) {
    this.injector = injector;
    this.channel = channel;
    this.stop = stop;
  }

  public static DynamoDbConfig dynamoDb(URI endpoint, String tableName) {
    return new DynamoDbConfig(
        tableName, "sa-east-1", Optional.of(endpoint), CONNECTIONS, ATTEMPT, ATTEMPT);
  }

  /** A server on any free port that stops without a delay, and publishes no meters or traces. */
  public static ServiceConfig config(DynamoDbConfig dynamoDb) {
    return new ServiceConfig(
        new GrpcServerConfig(ListenerConfig.plaintext(), true, false, 0, Duration.ZERO, DRAIN),
        AuthConfig.OPEN,
        dynamoDb,
        MetricsConfig.unpublished("test"),
        TracingConfig.untraced("test"));
  }

  /** Runs the service over the in-process transport. */
  public static TestServer inProcess(DynamoDbConfig dynamoDb, Module... features) {
    return inProcess(config(dynamoDb), features);
  }

  /** Runs the service over the in-process transport. */
  public static TestServer inProcess(ServiceConfig config, Module... features) {
    return inProcess(injector(config, features));
  }

  /** The same with other bindings in the place of some of the runtime's. */
  public static TestServer inProcessWith(
      Module bindings, ServiceConfig config, Module... features) {
    List<Module> modules = new ArrayList<>(List.of(features));
    Module runtime = new ServiceModule(config, new SimpleMeterRegistry());
    modules.add(Modules.override(runtime).with(bindings));
    return inProcess(Injectors.create(modules));
  }

  private static TestServer inProcess(Injector injector) {
    String name = InProcessServerBuilder.generateName();
    GrpcServer grpcServer = injector.getInstance(GrpcServer.class);
    try {
      Server server = grpcServer.configure(InProcessServerBuilder.forName(name)).build().start();
      return new TestServer(
          injector, InProcessChannelBuilder.forName(name).build(), server::shutdownNow);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the service on a real socket, started and stopped as in production. */
  public static TestServer netty(DynamoDbConfig dynamoDb, Module... features) {
    return netty(config(dynamoDb), features);
  }

  /** Runs the service on a real socket, started and stopped as in production. */
  public static TestServer netty(ServiceConfig config, Module... features) {
    Injector injector = injector(config, features);
    Service service = injector.getInstance(Service.class);
    unchecked(service::start);
    return new TestServer(
        injector,
        Loopback.channel(service.port(), injector.getInstance(Certificates.class).own()),
        () -> unchecked(service::stop));
  }

  /** Runs the service on real sockets: with TLS, and on a second one with client certificates. */
  public static TestServer tls(TlsConfig tls, DynamoDbConfig dynamoDb, Module... features) {
    return netty(withTls(tls, config(dynamoDb)), features);
  }

  /** The same service with TLS. */
  public static ServiceConfig withTls(TlsConfig tls, ServiceConfig config) {
    GrpcServerConfig server = config.server();
    return config.withServer(server.with(server.listener().withTls(tls)));
  }

  public static Injector injector(DynamoDbConfig dynamoDb, Module... features) {
    return injector(config(dynamoDb), features);
  }

  public static Injector injector(ServiceConfig config, Module... features) {
    return injector(config, new SimpleMeterRegistry(), features);
  }

  public static Injector injector(ServiceConfig config, MeterRegistry meters, Module... features) {
    List<Module> modules = new ArrayList<>(List.of(features));
    modules.add(new ServiceModule(config, meters));
    return Injectors.create(modules);
  }

  /** A channel to the first port, without a client certificate. */
  public Channel channel() {
    return channel;
  }

  /** Opens another channel; whoever opens it shuts it down. */
  public ManagedChannel channel(Door door, ChannelCredentials credentials) {
    return Grpc.newChannelBuilderForAddress("localhost", port(door), credentials).build();
  }

  /** The port of a server on real sockets. */
  public int port(Door door) {
    Service service = injector.getInstance(Service.class);
    return door == Door.MTLS ? service.mtlsPort() : service.port();
  }

  public <T> T instance(Class<T> type) {
    return injector.getInstance(type);
  }

  /** The stub with calls that are bound to a tenant. */
  public static <S extends AbstractStub<S>> S boundTo(String tenantId, S stub) {
    Metadata headers = new Metadata();
    headers.put(Tenant.HEADER, tenantId);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    stop.run();
  }

  /** Runs steps in a lambda; a checked exception, such as an interruption, fails the test. */
  public static void unchecked(ProcessExit.Steps steps) {
    try {
      steps.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
