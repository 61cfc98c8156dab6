package com.minhacarona.runtime.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.minhacarona.runtime.call.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Remembers good tokens by their hash, so that no heap dump has one to use. Thread-safe. */
final class VerifiedTokens {
  /** A key or scope that is taken away from a caller lives so much longer. */
  static final Duration KEPT = Duration.ofMinutes(5);

  /** 33 users a second who come for the first time in five minutes, and 6 MB. */
  static final int MAX_TOKENS = 10_000;

  private final Cache<Hash, Caller> callers;
  private final Clock wall;

  VerifiedTokens(Clock wall, Clock steady) {
    this.wall = wall;
    this.callers =
        Caffeine.newBuilder()
            .maximumSize(MAX_TOKENS)
            .expireAfter(Expiry.creating((Hash _, Caller caller) -> untilForgotten(caller)))
            .ticker(() -> nanos(steady.instant()))
            // There is no listener, so what it runs is as short as a look-up.
            .executor(Runnable::run)
            .build();
  }

  /** SHA-256 of a token. */
  record Hash(long a, long b, long c, long d) {

    static Hash of(String token) {
      try {
        ByteBuffer sum =
            ByteBuffer.wrap(
                MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        return new Hash(sum.getLong(), sum.getLong(), sum.getLong(), sum.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** Whose token it is; empty when it is not remembered, or has ended. */
  Optional<Caller> caller(Hash token) {
    return Optional.ofNullable(callers.getIfPresent(token))
        .filter(caller -> !untilEnd(caller).isNegative() && !untilEnd(caller).isZero());
  }

  void remember(Hash token, Caller caller) {
    callers.put(token, caller);
  }

  private Duration untilForgotten(Caller caller) {
    Duration left = untilEnd(caller);
    return left.compareTo(KEPT) < 0 ? left : KEPT;
  }

  /** By the wall clock, since the issuer's has no other to say when the token ends. */
  private Duration untilEnd(Caller caller) {
    return caller.until().map(end -> Duration.between(wall.instant(), end)).orElse(KEPT);
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }
}
