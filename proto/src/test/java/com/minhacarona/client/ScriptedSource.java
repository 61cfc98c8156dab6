package com.minhacarona.client;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Follows a script, and returns the tokens {@code t1}, {@code t2} and so on without one. */
final class ScriptedSource implements TokenSource {
  static final Duration LIFE = Duration.ofHours(1);

  final AtomicInteger fetches = new AtomicInteger();
  final Queue<TokenSource> script = new ConcurrentLinkedQueue<>();
  private final FakeClock clock;
  private volatile Duration each = Duration.ZERO;

  ScriptedSource(FakeClock clock) {
    this.clock = clock;
  }

  @Override
  public Token fetch() throws Exception {
    int number = fetches.incrementAndGet();
    clock.move(each);
    TokenSource next = script.poll();
    return next != null ? next.fetch() : new Token("t" + number, clock.instant().plus(LIFE));
  }

  /** Lets so much time pass with each fetch from now on. */
  void eachTakes(Duration time) {
    each = time;
  }

  void failNext(int times) {
    for (int i = 0; i < times; i++) {
      script.add(() -> {
        throw new IllegalStateException("the issuer is away");
      });
    }
  }
}
