package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.feed.CaronaFeed;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.process.Steady;
import com.minhacarona.runtime.server.ServiceComponent;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * All update streams of this task. Takes changes from the feed to the streams that follow the ride;
 * no stream can make another wait. Thread-safe.
 */
final class UpdateHub implements ServiceComponent, CaronaFeed.Listener {
  private final CaronaFeed feed;
  private final Snapshots snapshots;
  private final StreamCommands commands;
  private final RecentCaronas recent;
  private final UpdateMetrics metrics;
  private final UpdateTimes times;
  private final RandomGenerator random;
  private final Clock wall;
  private final Clock steady;
  private final Followers followers;
  private final Set<UpdateStream> streams = ConcurrentHashMap.newKeySet();

  /** A timer of its own: thousands of streams to look at must not delay the deadlines of calls. */
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("update-ticks").factory());

  private volatile boolean leaving;

  @Inject
  UpdateHub(
      CaronaFeed feed,
      Snapshots snapshots,
      StreamCommands commands,
      Followers followers,
      RecentCaronas recent,
      UpdateMetrics metrics,
      UpdateTimes times,
      RandomGenerator random,
      Clock wall,
      @Steady Clock steady) {
    this.feed = feed;
    this.snapshots = snapshots;
    this.commands = commands;
    this.followers = followers;
    this.recent = recent;
    this.metrics = metrics;
    this.times = times;
    this.random = random;
    this.wall = wall;
    this.steady = steady;
    metrics.streams(streams);
  }

  @Override
  public void start() {
    feed.start(this);
    long pause = times.betweenTicks().toMillis();
    var _ =
        timer.scheduleWithFixedDelay(
            () -> tick(steady.instant()), pause, pause, TimeUnit.MILLISECONDS);
  }

  @Override
  public void leave() {
    leaving = true;
    Followers.forEach(streams, UpdateStream::leave);
  }

  @Override
  public void stop() {
    timer.shutdownNow();
    feed.stop();
  }

  /** Serves one call of this caller; to be returned by the service method. */
  StreamObserver<CaronaUpdateRequest> open(Caller caller, StreamObserver<UpdateMessage> responses) {
    if (caller.hasEnded(wall.instant())) {
      // A token counts for a minute longer than it says, in which a stream would end at once.
      throw Errors.unauthenticated();
    }
    Instant leavesAt =
        steady
            .instant()
            .plus(times.maxAge())
            .minusMillis(random.nextLong(times.ageSpread().toMillis()));
    UpdateStream stream =
        new UpdateStream(
            responses,
            caller,
            followers,
            commands,
            metrics,
            new StreamTimes(wall, steady, times.silence(), leavesAt));
    streams.add(stream);
    stream.open(() -> streams.remove(stream));
    if (leaving) {
      stream.leave();
    }
    return stream;
  }

  @Override
  public void changed(CaronaItem carona) {
    recent.heard(carona);
    followers.tell(carona);
  }

  /** Reads everything that is followed again; each stream knows which of it is news. */
  @Override
  public void gap() {
    Subscription followed = followers.all();
    Set<String> caronas = new HashSet<>(followed.caronaIds());
    // A condominium's ride that a client has may be too old to be listed with the condominium.
    streams.forEach(stream -> caronas.addAll(stream.older()));
    snapshots.read(new Subscription(caronas, followed.condominioIds()), this::changed);
  }

  /**
   * Sends heartbeats, and ends the streams that are old enough.
   *
   * @param now by the steady clock
   */
  void tick(Instant now) {
    Followers.forEach(streams, stream -> stream.tick(now));
  }
}
