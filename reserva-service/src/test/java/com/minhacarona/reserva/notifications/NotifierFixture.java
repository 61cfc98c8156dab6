package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import com.google.inject.util.Modules;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.server.GrpcServerModule;
import com.minhacarona.runtime.server.ServiceModule;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import com.minhacarona.v1.Carona;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The notifier with the modules of production, on DynamoDB Local and stand-ins of the providers.
 * Its clock stands still, at 7 tomorrow morning in São Paulo. Checks after each test that the
 * providers had nothing to mind.
 */
final class NotifierFixture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  final LocalDynamoDb local = new LocalDynamoDb().withoutStream();
  final FakeProviders providers = new FakeProviders();
  final MeterRegistry meters = new SimpleMeterRegistry();
  DynamoDbProxy store;
  SettableClock clock;
  Notifier notifier;
  private Injector injector;

  NotificationsConfig config() {
    return new NotificationsConfig(
        Optional.of("avisos@minhacarona.com.br"),
        Optional.of("ajuda@minhacarona.com.br"),
        Optional.of(URI.create("https://minhacarona.com.br/avisos")),
        NotificationsConfig.DEFAULT_ZONE,
        Optional.of(providers.endpoint()),
        Optional.of(providers.endpoint()));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    local.beforeAll(context);
    store = new DynamoDbProxy(local.endpoint());
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store.forget();
    providers.forget();
    meters.clear();
    clock = new SettableClock();
    // Not on a day that will have passed: DynamoDB Local deletes what has expired by its own clock.
    Instant morning = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(24 + 10));
    clock.advance(Duration.between(clock.instant(), morning));
    injector =
        Injectors.create(
            List.of(
                Modules.override(
                        new ServiceModule(
                            TestServer.config(
                                TestServer.dynamoDb(store.endpoint(), local.tableName())),
                            meters))
                    .with(binder -> binder.bind(Clock.class).toInstance(clock)),
                binder -> GrpcServerModule.readiness(binder).addBinding().toInstance(() -> {}),
                new NotificationsModule(config())));
    notifier = injector.getInstance(Notifier.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    injector.getInstance(DynamoDbClient.class).close();
    assertThat(providers.complaints()).isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    store.close();
    providers.close();
  }

  Verdict handle(DomainEvent event) {
    try {
      return notifier.handle(Events.message(event));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the notifier is made of. */
  <T> T get(Class<T> type) {
    return injector.getInstance(type);
  }

  /** A ride of this driver that departs in three hours. */
  Carona carona(String motoristaId) {
    return Events.carona(
            UUID.randomUUID().toString(), motoristaId, clock.instant().plus(Duration.ofHours(3)))
        .build();
  }

  /** An event that happens now. */
  DomainEvent event(EventType type, Carona carona, String passageiroId) {
    return Events.event(type, carona, passageiroId, clock.instant());
  }

  /** A resident who wants everything at every hour; stored. */
  UsuarioItem resident(String nome) {
    return store(
        new UsuarioItem(
            UUID.randomUUID().toString(),
            "cond-1",
            nome,
            UUID.randomUUID() + "@exemplo.com.br",
            phone(),
            "arn:aws:sns:sa-east-1:000000000000:endpoint/GCM/app/" + UUID.randomUUID(),
            EnumSet.allOf(Canal.class),
            Set.of(),
            Optional.empty(),
            Optional.empty()));
  }

  /** The same resident with these channels, opt-outs and quiet hours; stored. */
  UsuarioItem withWishes(
      UsuarioItem usuario, Set<Canal> canais, Set<String> recusados, Optional<Silencio> silencio) {
    return store(
        new UsuarioItem(
            usuario.id(),
            usuario.condominioId(),
            usuario.nome(),
            usuario.email(),
            usuario.telefone(),
            usuario.pushEndpoint(),
            canais,
            recusados,
            silencio,
            usuario.fuso()));
  }

  UsuarioItem store(UsuarioItem usuario) {
    local.putAll(List.of(usuario.toItem()));
    return usuario;
  }

  /** How often it came to this outcome, on all channels and for all messages. */
  double count(String outcome) {
    return meters.find(NotificationMetrics.SENT).tag("outcome", outcome).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  Instant now() {
    return clock.instant();
  }

  private static String phone() {
    return "+55119" + (10_000_000 + Math.floorMod(UUID.randomUUID().hashCode(), 89_999_999));
  }
}
