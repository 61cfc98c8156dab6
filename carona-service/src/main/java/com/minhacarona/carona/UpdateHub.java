package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.feed.CaronaFeed;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.runtime.server.ServiceComponent;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Every update stream of this task, by what it follows. Changes come in from the feed, and go to
 * the streams that follow the ride; none of them can make another wait. Thread-safe.
 */
final class UpdateHub implements ServiceComponent, CaronaFeed.Listener {
  /**
   * A stream ends by itself at this age at the latest, and its client finds the tasks that were
   * added meanwhile. Less than the grace that the server gives to calls of an old connection.
   */
  private static final Duration MAX_STREAM_AGE = Duration.ofMinutes(15);

  /** Streams that were opened all at once do not end all at once. */
  private static final Duration AGE_SPREAD = Duration.ofMinutes(3);

  private static final Duration BETWEEN_TICKS = Duration.ofSeconds(1);

  private final CaronaFeed feed;
  private final Snapshots snapshots;
  private final UpdateCommands commands;
  private final UpdateMetrics metrics;
  private final ScheduledExecutorService timer;
  private final RandomGenerator random;
  private final Clock clock;
  private final Set<UpdateStream> streams = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, Set<UpdateStream>> byCarona = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Set<UpdateStream>> byCondominio = new ConcurrentHashMap<>();
  private Future<?> ticking;
  private volatile boolean leaving;

  @Inject
  UpdateHub(
      CaronaFeed feed,
      Snapshots snapshots,
      UpdateCommands commands,
      UpdateMetrics metrics,
      ScheduledExecutorService timer,
      RandomGenerator random,
      @Steady Clock clock) {
    this.feed = feed;
    this.snapshots = snapshots;
    this.commands = commands;
    this.metrics = metrics;
    this.timer = timer;
    this.random = random;
    this.clock = clock;
    metrics.streams(streams);
  }

  @Override
  public void start() {
    feed.start(this);
    ticking =
        timer.scheduleWithFixedDelay(
            () -> tick(clock.instant()),
            BETWEEN_TICKS.toMillis(),
            BETWEEN_TICKS.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void leave() {
    leaving = true;
    forEach(streams.stream(), UpdateStream::leave);
  }

  @Override
  public void stop() {
    ticking.cancel(false);
    feed.stop();
  }

  /** Serves one call; to be returned by the service method. */
  StreamObserver<CaronaUpdateRequest> open(StreamObserver<CaronaUpdateResponse> responses) {
    Instant leavesAt =
        clock.instant().plus(MAX_STREAM_AGE).minusMillis(random.nextLong(AGE_SPREAD.toMillis()));
    UpdateStream stream = new UpdateStream(responses, this, commands, metrics, clock, leavesAt);
    streams.add(stream);
    stream.open();
    if (leaving) {
      stream.leave();
    }
    return stream;
  }

  void follow(UpdateStream stream, Subscription subscription) {
    add(byCarona, subscription.caronaIds(), stream);
    add(byCondominio, subscription.condominioIds(), stream);
  }

  void unfollow(UpdateStream stream, Subscription subscription) {
    remove(byCarona, subscription.caronaIds(), stream);
    remove(byCondominio, subscription.condominioIds(), stream);
  }

  /** The stream is over. */
  void remove(UpdateStream stream, Subscription subscription) {
    streams.remove(stream);
    unfollow(stream, subscription);
  }

  @Override
  public void changed(CaronaItem carona) {
    Set<UpdateStream> ofCarona = byCarona.getOrDefault(carona.id(), Set.of());
    Set<UpdateStream> ofCondominio = byCondominio.getOrDefault(carona.condominioId(), Set.of());
    if (!ofCarona.isEmpty() || !ofCondominio.isEmpty()) {
      Update update = Update.of(carona);
      forEach(
          Stream.concat(ofCarona.stream(), ofCondominio.stream()), stream -> stream.offer(update));
    }
  }

  /** Reads everything that is followed again; each stream knows which of it is news. */
  @Override
  public void gap() {
    Set<String> caronas = new HashSet<>(byCarona.keySet());
    streams.forEach(stream -> caronas.addAll(stream.known()));
    snapshots.read(new Subscription(caronas, Set.copyOf(byCondominio.keySet())), this::changed);
  }

  /** What time brings to every stream. */
  void tick(Instant now) {
    forEach(streams.stream(), stream -> stream.tick(now));
  }

  /** What goes wrong with one stream ends that one. */
  private static void forEach(Stream<UpdateStream> streams, Consumer<UpdateStream> action) {
    streams.forEach(stream -> {
      try {
        action.accept(stream);
      } catch (RuntimeException e) {
        stream.fail(e);
      }
    });
  }

  private static void add(
      ConcurrentMap<String, Set<UpdateStream>> index,
      Collection<String> keys,
      UpdateStream stream) {
    for (String key : keys) {
      index.compute(
          key,
          (_, followers) -> {
            Set<UpdateStream> set = followers == null ? ConcurrentHashMap.newKeySet() : followers;
            set.add(stream);
            return set;
          });
    }
  }

  private static void remove(
      ConcurrentMap<String, Set<UpdateStream>> index,
      Collection<String> keys,
      UpdateStream stream) {
    for (String key : keys) {
      index.computeIfPresent(
          key,
          (_, followers) -> {
            followers.remove(stream);
            return followers.isEmpty() ? null : followers;
          });
    }
  }
}
