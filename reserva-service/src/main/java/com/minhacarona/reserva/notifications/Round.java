package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.reserva.notifications.Delivery.Busy;
import com.minhacarona.reserva.notifications.Delivery.Failed;
import com.minhacarona.reserva.notifications.Delivery.Quiet;
import com.minhacarona.reserva.notifications.Delivery.Refused;
import com.minhacarona.reserva.notifications.Delivery.Repeated;
import com.minhacarona.reserva.notifications.Delivery.Sent;
import com.minhacarona.reserva.notifications.Delivery.Skipped;
import com.minhacarona.runtime.call.Deadlines;
import com.minhacarona.runtime.call.TraceId;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes once through all whom an event concerns, on every channel, whatever becomes of the others.
 * Thread-safe.
 */
final class Round {
  private static final Logger LOG = LoggerFactory.getLogger(Round.class);

  /** SQS keeps a message back for no longer. */
  private static final Duration MAX_LATER = Duration.ofHours(12);

  /** A fault of ours is looked at again so soon, though others sleep until the morning. */
  static final Duration MAX_LATER_WITH_FAULT = Duration.ofMinutes(15);

  /** Another task may be about to write down how it ended. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /**
   * A provider that failed so often for one event is away. To ask it for each of 50 passengers
   * would take minutes.
   */
  static final int MAX_FAILURES = 5;

  /** A delivery that begins later might outlast the time that the event has. */
  static final Duration MIN_LEFT = Deliveries.MAX_SEND.plusSeconds(2);

  private final Residents residents;
  private final Templates templates;
  private final Channels channels;
  private final Deliveries deliveries;
  private final NotificationMetrics metrics;
  private final NotificationsConfig config;
  private final Clock clock;
  private final RandomGenerator random;

  @Inject
  Round(
      Residents residents,
      Templates templates,
      Channels channels,
      Deliveries deliveries,
      NotificationMetrics metrics,
      NotificationsConfig config,
      Clock clock,
      RandomGenerator random) {
    this.residents = residents;
    this.templates = templates;
    this.channels = channels;
    this.deliveries = deliveries;
    this.metrics = metrics;
    this.config = config;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Tells all of them, as far as that goes now. Each time in another order: a few for whom the
   * provider always fails would otherwise keep those behind them from ever being told.
   */
  Verdict tell(Happening happening, List<Notice> notices) throws InterruptedException {
    Set<String> ids = new HashSet<>();
    notices.forEach(notice -> ids.add(notice.usuarioId()));
    happening.carona().ifPresent(carona -> ids.add(carona.getMotoristaId()));
    if (!happening.passageiroId().isEmpty()) {
      ids.add(happening.passageiroId());
    }
    Map<String, UsuarioItem> people = residents.read(ids, happening.event().condominioId());
    List<Delivery> ended = new ArrayList<>();
    Map<Canal, Integer> failures = new EnumMap<>(Canal.class);
    for (Notice notice : shuffled(notices)) {
      for (Channel channel : channels.all()) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the rest is told when the event comes again");
        }
        if (deliveries.isLeaving()
            || Deadlines.left().filter(left -> left.compareTo(MIN_LEFT) < 0).isPresent()) {
          return verdict(ended, true);
        }
        if (failures.getOrDefault(channel.canal(), 0) < MAX_FAILURES) {
          Delivery delivery = whole(() -> tell(happening, notice, people, channel));
          metrics.ended(notice.kind(), channel.canal(), delivery);
          ended.add(delivery);
          if (delivery instanceof Failed) {
            failures.merge(channel.canal(), 1, Integer::sum);
          }
        }
      }
    }
    return verdict(ended, false);
  }

  /** Begins nothing any more. */
  void leave() {
    deliveries.leave();
  }

  private List<Notice> shuffled(List<Notice> notices) {
    List<Notice> shuffled = new ArrayList<>(notices);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /**
   * Carries a delivery out to its end, even if this thread is interrupted meanwhile: one that is
   * sent and not written down would be sent again.
   */
  private static Delivery whole(Supplier<Delivery> delivery) {
    Context context = Context.current();
    return CompletableFuture.supplyAsync(
            delivery, task -> Thread.ofVirtual().start(context.wrap(task)))
        .join();
  }

  private Delivery tell(
      Happening happening, Notice notice, Map<String, UsuarioItem> people, Channel channel) {
    UsuarioItem usuario = people.get(notice.usuarioId());
    if (usuario == null) {
      return Skipped.NO_RESIDENT;
    }
    ZoneId zone = usuario.fuso().orElse(config.zone());
    return deliveries.deliver(
        notice,
        happening,
        usuario,
        zone,
        channel,
        () -> templates.render(notice, happening, people, zone));
  }

  /** What becomes of the event: none of it is lost while somebody may still be told. */
  private Verdict verdict(List<Delivery> ended, boolean unfinished) {
    boolean told = false;
    boolean refused = false;
    List<Verdict.Later> later = new ArrayList<>();
    if (unfinished) {
      later.add(new Verdict.Later(MARGIN, "unfinished"));
    }
    List<RuntimeException> troubles = new ArrayList<>();
    List<RuntimeException> faults = new ArrayList<>();
    for (Delivery delivery : ended) {
      switch (delivery) {
        case Sent _, Repeated _ -> told = true;
        case Refused _ -> refused = true;
        case Skipped _ -> {}
        case Quiet quiet -> later.add(later(quiet.until(), "quiet"));
        case Busy busy -> later.add(later(busy.until().plus(MARGIN), "busy"));
        case Failed failed -> (passes(failed.cause()) ? troubles : faults).add(failed.cause());
      }
    }
    if (!troubles.isEmpty()) {
      faults.forEach(Round::log);
      return new Verdict.Trouble(troubles.getFirst());
    }
    if (!later.isEmpty()) {
      if (!faults.isEmpty()) {
        faults.forEach(Round::log);
        later.add(new Verdict.Later(MAX_LATER_WITH_FAULT, "fault"));
      }
      return later.stream().min(Comparator.comparing(Verdict.Later::delay)).orElseThrow();
    }
    if (!faults.isEmpty()) {
      // Last, because a fault may cost the message, and the others are done with by now.
      faults.stream().skip(1).forEach(Round::log);
      throw faults.getFirst();
    }
    return new Verdict.Done(told ? "told" : refused ? "refused" : "unwanted");
  }

  /** The queue logs only what it is told, and that is something else. */
  private static void log(RuntimeException fault) {
    LOG.error("A resident was not told because of a fault, trace_id={}", TraceId.current(), fault);
  }

  /** Whether a repeat may mend it: a provider that is away, and errors of the table. */
  private static boolean passes(RuntimeException cause) {
    return cause instanceof ProviderException || cause instanceof StatusRuntimeException;
  }

  private Verdict.Later later(Instant until, String outcome) {
    Duration delay = Duration.between(clock.instant(), until);
    if (delay.compareTo(MARGIN) < 0) {
      delay = MARGIN;
    }
    return new Verdict.Later(delay.compareTo(MAX_LATER) > 0 ? MAX_LATER : delay, outcome);
  }
}
