package com.minhacarona.client;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps the newest token of a source, and has one fetch under way at most. Never blocks.
 * Thread-safe.
 *
 * <p>A token is fetched when a call needs one, so that an idle client fetches nothing: issuers take
 * money for tokens. After four fifths of its life, a call that uses it starts the fetch of the next
 * one and does not wait for it.
 */
final class Tokens {
  private static final System.Logger LOG = System.getLogger(Tokens.class.getName());

  /** How long calls wait for one fetch. */
  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(10);

  /** Pauses after a failed fetch; the first is about that of gRPC before it repeats a call. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  /**
   * Pauses between fetches that a refusal forced. They become longer while another token changes
   * nothing, as when the resident's token is the one that was refused.
   */
  private static final Duration FIRST_FORCED_PAUSE = Duration.ofSeconds(30);

  private static final Duration MAX_FORCED_PAUSE = Duration.ofMinutes(10);

  private final TokenSource source;
  private final InstantSource clock;
  private final Duration fetchTimeout;
  private final Pauses failures = new Pauses(FIRST_PAUSE, MAX_PAUSE);
  private final Pauses forced = new Pauses(FIRST_FORCED_PAUSE, MAX_FORCED_PAUSE);
  private Optional<Fetched> current = Optional.empty();

  /** The fetch under way. When it takes too long, this has failed already. */
  private Optional<CompletableFuture<Fetched>> pending = Optional.empty();

  private Throwable failure = new IllegalStateException("There was no fetch");
  private long fetches;

  /**
   * A token, and when the next one is due.
   *
   * @param number tells it from others of the same source, from 1
   */
  record Fetched(long number, Token token, Instant due) {}

  Tokens(TokenSource source) {
    this(source, InstantSource.system(), FETCH_TIMEOUT);
  }

  Tokens(TokenSource source, InstantSource clock, Duration fetchTimeout) {
    this.source = source;
    this.clock = clock;
    this.fetchTimeout = fetchTimeout;
  }

  /**
   * Returns a token for a call.
   *
   * @param fresh whether to wait for the next token if it is due. If there is none, the old one
   *     does as long as it is good.
   * @param refused the number of a token that is not wanted, or 0
   */
  CompletableFuture<Fetched> get(boolean fresh, long refused) {
    synchronized (this) {
      Instant now = clock.instant();
      Optional<Fetched> good =
          current
              .filter(fetched -> fetched.number() != refused)
              .filter(fetched -> now.isBefore(fetched.token().expiresAt()));
      boolean due = good.isEmpty() || !now.isBefore(good.get().due());
      if (due && pending.isEmpty() && failures.over(now)) {
        fetch();
      }
      if (good.isPresent()) {
        return fresh && due && pending.isPresent()
            ? pending.get().exceptionally(_ -> good.get())
            : CompletableFuture.completedFuture(good.get());
      }
      return pending.orElseGet(() -> CompletableFuture.failedFuture(failure));
    }
  }

  /**
   * Called when a service refused a token. Returns whether a repeat of the call may get another
   * one: there is one already, or a fetch is under way.
   */
  synchronized boolean refused(long number) {
    if (pending.isPresent() || current.stream().anyMatch(newest -> newest.number() != number)) {
      return true;
    }
    Instant now = clock.instant();
    if (!forced.over(now) || !failures.over(now)) {
      return false;
    }
    forced.begin(now);
    fetch();
    return true;
  }

  /**
   * Called when a service took the token that a refusal made the client fetch. The pause goes on:
   * one of several tasks may refuse what the others take.
   */
  synchronized void cured() {
    forced.shorten();
  }

  private void fetch() {
    CompletableFuture<Fetched> fetch = new CompletableFuture<>();
    pending = Optional.of(fetch);
    Thread thread = Thread.ofVirtual().name("token-fetch").start(() -> run(fetch));
    CompletableFuture.delayedExecutor(fetchTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> {
          if (fetch.completeExceptionally(
              new TimeoutException("no answer within " + fetchTimeout))) {
            thread.interrupt();
          }
        });
  }

  private void run(CompletableFuture<Fetched> fetch) {
    try {
      Token token = source.fetch();
      if (token == null) {
        throw new IllegalStateException("It returned null");
      }
      fetch.complete(keep(token));
    } catch (Throwable e) {
      // What came of a source that was interrupted is no news.
      Throwable told = fetch.isCompletedExceptionally() ? fetch.exceptionNow() : e;
      failed(told);
      fetch.completeExceptionally(told);
    }
  }

  private synchronized Fetched keep(Token token) {
    Instant now = clock.instant();
    Duration life = Duration.between(now, token.expiresAt());
    if (!life.isPositive()) {
      throw new IllegalStateException(
          "It returned a token that expired at %s; here it is %s"
              .formatted(token.expiresAt(), now));
    }
    Fetched fetched = new Fetched(++fetches, token, now.plus(life.multipliedBy(4).dividedBy(5)));
    current = Optional.of(fetched);
    pending = Optional.empty();
    failures.reset();
    return fetched;
  }

  private synchronized void failed(Throwable e) {
    Instant now = clock.instant();
    failure = e;
    pending = Optional.empty();
    failures.begin(now);
    // Without a good token, calls fail and tell why.
    current
        .map(fetched -> fetched.token().expiresAt())
        .filter(now::isBefore)
        .ifPresent(end ->
            LOG.log(
                System.Logger.Level.WARNING,
                "No new token; calls go on with the old one until " + end,
                e));
  }
}
