package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.reserva.events.CloudEvents;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.server.ServiceComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells residents of the events that come from a queue. An event may come again and again: whoever
 * was told of it is not told again. Thread-safe.
 */
public final class Notifier implements MessageHandler, ServiceComponent {
  /**
   * An event that is older, or whose ride departed longer ago, helps nobody any more. So trouble
   * that does not pass ends after this time too.
   */
  static final Duration STALE = Duration.ofHours(24);

  private final Audience audience;
  private final Round round;
  private final Clock clock;

  @Inject
  Notifier(Audience audience, Round round, Clock clock) {
    this.audience = audience;
    this.round = round;
    this.clock = clock;
  }

  /**
   * Tells whom the event concerns.
   *
   * @param message a CloudEvent in JSON
   * @return {@code Later} while a resident is not to be disturbed or another task may be sending,
   *     {@code Trouble} while a provider is in trouble; both only for those who are not told yet
   */
  @Override
  public Verdict handle(QueueMessage message) throws InterruptedException {
    Optional<Happening> happening;
    try {
      DomainEvent event = CloudEvents.read(message.body());
      happening = Happening.of(event);
    } catch (IllegalArgumentException e) {
      return new Verdict.Poison("EVENTO_INVALIDO", String.valueOf(e.getMessage()));
    }
    if (happening.isEmpty()) {
      return new Verdict.Done("nobody");
    }
    return tell(happening.get());
  }

  @Override
  public void start() {}

  /** Begins to tell nobody any more, so that the end of the queue is the end of all messages. */
  @Override
  public void leave() {
    round.leave();
  }

  /** The queue waits for what was begun. */
  @Override
  public void stop() {}

  private Verdict tell(Happening happening) throws InterruptedException {
    Instant oldest = clock.instant().minus(STALE);
    if (happening.event().time().isBefore(oldest)
        || happening.partida().filter(partida -> partida.isBefore(oldest)).isPresent()) {
      return new Verdict.Done("stale");
    }
    if (audience.isOvertaken(happening)) {
      return new Verdict.Done("overtaken");
    }
    List<Notice> notices = audience.of(happening);
    return notices.isEmpty() ? new Verdict.Done("nobody") : round.tell(happening, notices);
  }
}
