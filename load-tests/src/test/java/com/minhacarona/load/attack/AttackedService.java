package com.minhacarona.load.attack;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.load.KnownCallers;
import com.minhacarona.load.SlowStore;
import com.minhacarona.load.TaskProcess;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A service in a process of its own for one attack, with its store and a good caller. */
final class AttackedService implements AutoCloseable {
  /** A task that runs out of memory ends, so that the attack that did it shows. */
  private static final String JVM =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
          + " -XX:+ExitOnOutOfMemoryError -XX:MaxDirectMemorySize=128m";

  private static final int RIDES = 1_000;
  private static final Duration STORE_LATENCY = Duration.ofMillis(5);
  private static final int STORE_WORKERS = 20;

  /**
   * Calls of the good caller that warm the service up, and that each percentile is made of; two
   * seconds of them on a calm machine.
   */
  private static final int CALLS = 100;

  /** After which the good caller has to be as well off as before. */
  private static final Duration RECOVERY = Duration.ofSeconds(2);

  private final TaskProcess task;
  private final Runnable closeStore;
  private final Optional<Pki> tls;
  private final Supplier<String> badTokens;
  private final Function<Channel, ListenableFuture<?>> method;

  private AttackedService(
      TaskProcess task,
      Runnable closeStore,
      Optional<Pki> tls,
      Supplier<String> badTokens,
      Function<Channel, ListenableFuture<?>> method) {
    this.task = task;
    this.tls = tls;
    this.badTokens = badTokens;
    this.closeStore = closeStore;
    this.method = method;
  }

  /**
   * Attacks a fresh process.
   *
   * @param table for carona-service, with {@link #fill rides in it}
   * @param tls signs the service's certificate; without it attack and service speak plain text
   * @param time how long the attack may last
   * @param deadline of each call of the good caller
   */
  static Outcome attack(
      Attack attack, LocalDynamoDb table, Optional<Pki> tls, Duration time, Duration deadline)
      throws Exception {
    try (AttackedService service =
        switch (attack.target()) {
          case CARONA -> carona(table, tls);
          case CARONA_WITH_PROOFS -> caronaWithProofs(table);
          case RESERVA -> reserva(tls);
        }) {
      return service.survive(attack, time, deadline);
    }
  }

  /** Stores the rides that attacks ask for, once for all of them. */
  static LocalDynamoDb fill(LocalDynamoDb table) {
    Instant partida = Instant.now().plus(Duration.ofDays(1));
    List<CaronaItem> caronas = new ArrayList<>();
    for (int i = 0; i < RIDES; i++) {
      caronas.add(Examples.carona(UUID.randomUUID().toString(), CallAttacks.CROWDED, partida));
    }
    table.putAll(caronas.stream().flatMap(c -> Stream.of(c.toItem(), c.toPointer())).toList());
    return table;
  }

  private static AttackedService carona(LocalDynamoDb table, Optional<Pki> tls) {
    return carona(table, settings(tls), () -> {}, tls, new Metadata(), AttackedService::noToken);
  }

  /** Speaks TLS in any case, as everybody must who asks for tokens. */
  private static AttackedService caronaWithProofs(LocalDynamoDb table) {
    KnownCallers callers = new KnownCallers();
    Map<String, String> settings = new HashMap<>(settings(Optional.empty()));
    settings.putAll(callers.required());
    String token = callers.serviceToken();
    return carona(
        table,
        settings,
        callers::close,
        Optional.of(callers.pki()),
        KnownCallers.bearing(token),
        new BadTokens(token));
  }

  private static AttackedService carona(
      LocalDynamoDb table,
      Map<String, String> settings,
      Runnable closeOthers,
      Optional<Pki> tls,
      Metadata proof,
      Supplier<String> badTokens) {
    CaronaItem carona =
        Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1)));
    table.put(carona);
    CheckVagasRequest request =
        CheckVagasRequest.newBuilder().setCaronaId(carona.id()).setVagas(1).build();
    return new AttackedService(
        TaskProcess.carona(table.endpoint(), table.tableName(), settings),
        closeOthers,
        tls,
        badTokens,
        channel ->
            CaronaServiceGrpc.newFutureStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(proof))
                .checkVagas(request));
  }

  private static AttackedService reserva(Optional<Pki> tls) {
    SlowStore store = new SlowStore(STORE_LATENCY, STORE_WORKERS);
    return new AttackedService(
        TaskProcess.reserva(store.endpoint(), "no-table", settings(tls)),
        store::close,
        tls,
        AttackedService::noToken,
        channel -> ReservaServiceGrpc.newFutureStub(channel).processarReserva(SlowStore.booking()));
  }

  private static Map<String, String> settings(Optional<Pki> tls) {
    Map<String, String> settings = new HashMap<>(Map.of("JDK_JAVA_OPTIONS", JVM));
    tls.map(Pki::server)
        .ifPresent(server -> {
          settings.put("MINHA_CARONA_TLS_CERTIFICATE", server.pem());
          settings.put("MINHA_CARONA_TLS_KEY", server.keyPem());
        });
    return TaskProcess.forATest(settings);
  }

  private static String noToken() {
    throw new IllegalStateException("this service asks for no tokens");
  }

  private ChannelCredentials credentials() {
    return tls.map(Pki::trusting).orElseGet(InsecureChannelCredentials::create);
  }

  private Outcome survive(Attack attack, Duration time, Duration deadline) throws Exception {
    try (GoodCaller caller = new GoodCaller(task.port(), credentials(), method, deadline)) {
      caller.awaitCalls(System.nanoTime(), CALLS);
      long heapBefore = liveBytes();
      long calm = System.nanoTime();
      caller.awaitCalls(calm, CALLS);
      long start = System.nanoTime();
      double p99Before;
      long end;
      long heapHeld;
      try (Attacker attacker = new Attacker(task.port(), tls.map(Pki::sockets), badTokens, time)) {
        attack.run(attacker);
        end = System.nanoTime();
        heapHeld = liveBytes();
        attacker.closeAll();
        long heapAfter = liveBytes();
        long recovered = System.nanoTime() + RECOVERY.toNanos();
        caller.awaitCalls(recovered, CALLS);
        caller.finish();
        p99Before = caller.p99Millis(calm, start);
        return new Outcome(
            attack,
            (end - start) / 1e9,
            attacker.bytes(),
            attacker.frames(),
            attacker.connections(),
            heapBefore,
            heapHeld,
            heapAfter,
            caller.count(),
            caller.failures(),
            p99Before,
            caller.p99Millis(recovered, System.nanoTime()),
            task.isAlive());
      }
    }
  }

  /** The live bytes, or 0 when the process has ended. */
  private long liveBytes() throws InterruptedException {
    try {
      return task.liveBytes();
    } catch (IOException | IllegalStateException e) {
      if (task.isAlive()) {
        throw new IllegalStateException(task.lastWords(), e);
      }
      return 0;
    }
  }

  @Override
  public void close() {
    task.close();
    closeStore.run();
  }
}
