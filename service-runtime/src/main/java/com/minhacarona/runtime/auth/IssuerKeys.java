package com.minhacarona.runtime.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer. They are read beside the calls, one request at a time, before they are
 * old; as long as the issuer is away, the ones that are there are used. Thread-safe.
 */
final class IssuerKeys implements KeySource {
  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  /**
   * So long after they were read, keys are read again. A key that is withdrawn lives longer by it.
   */
  static final Duration REFRESH_AFTER = Duration.ofMinutes(5);

  /** So long do keys serve while their issuer is away. */
  static final Duration USABLE_FOR = Duration.ofHours(12);

  /**
   * Between the beginnings of two requests. Strangers can make one necessary, with an unknown key
   * id. An issuer that changes its keys must show the new one for so long before it uses it.
   */
  static final Duration BETWEEN_READS = Duration.ofSeconds(30);

  /** As {@link #BETWEEN_READS}, until there are keys: so long more may a start take. */
  static final Duration BETWEEN_FIRST_READS = Duration.ofSeconds(5);

  /** No more calls wait at a time, so that strangers cannot make threads pile up. */
  static final int MAX_WAITING = 256;

  private final String issuer;
  private final JwksAddress address;
  private final Patience patience;
  private final Clock steady;
  private final MeterRegistry meters;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);

  private volatile @Nullable Keys keys;

  @GuardedBy("this")
  private CompletableFuture<?> reading = CompletableFuture.completedFuture(null);

  @GuardedBy("this")
  private @Nullable Instant lastBegan;

  private record Keys(Map<String, RSASSAVerifier> byId, Instant readAt) {}

  IssuerKeys(Issuer issuer, Patience patience, Clock steady, MeterRegistry meters) {
    this.issuer = issuer.issuer();
    this.address = new JwksAddress(issuer.jwks(), patience.silence());
    this.patience = patience;
    this.steady = steady;
    this.meters = meters;
    Gauge.builder("auth.keys.age", this, IssuerKeys::ageSeconds)
        .tag("issuer", this.issuer)
        .baseUnit("seconds")
        .register(meters);
  }

  /** Returns at once when the key is there; otherwise asks the issuer, if it may, and waits. */
  @Override
  public Optional<RSASSAVerifier> verifier(String keyId) {
    Optional<Keys> current = usable();
    Optional<RSASSAVerifier> verifier = current.map(k -> k.byId().get(keyId));
    if (verifier.isEmpty()) {
      await(refresh());
      current = usable();
      verifier = current.map(k -> k.byId().get(keyId));
    } else if (current.filter(this::isOld).isPresent()) {
      var _ = refresh();
    }
    if (current.isEmpty()) {
      throw new KeysAwayException(issuer);
    }
    return verifier;
  }

  @Override
  public void refreshOld() {
    if (usable().filter(this::isOld).isPresent()) {
      var _ = refresh();
    }
  }

  @Override
  public boolean load() {
    if (usable().isEmpty()) {
      await(refresh());
    }
    return usable().isPresent();
  }

  private Optional<Keys> usable() {
    return Optional.ofNullable(keys).filter(k -> age(k).compareTo(USABLE_FOR) < 0);
  }

  private boolean isOld(Keys current) {
    return age(current).compareTo(REFRESH_AFTER) >= 0;
  }

  private Duration age(Keys current) {
    return Duration.between(current.readAt(), steady.instant());
  }

  private double ageSeconds() {
    Keys current = keys;
    return current == null ? Double.NaN : age(current).toSeconds();
  }

  /** The request that is under way; begins one if none is, and the last one began long ago. */
  private synchronized CompletableFuture<?> refresh() {
    Duration pause = keys == null ? BETWEEN_FIRST_READS : BETWEEN_READS;
    Instant now = steady.instant();
    if (!reading.isDone() || (lastBegan != null && now.isBefore(lastBegan.plus(pause)))) {
      return reading;
    }
    lastBegan = now;
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .name("keys-reader")
            .start(() -> {
              read(now);
              done.complete(null);
            });
    // The interruption closes the connection.
    reading =
        done.completeOnTimeout(null, patience.answer().toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, _) -> reader.interrupt());
    return reading;
  }

  private void read(Instant began) {
    try {
      Keys read = new Keys(address.read(), began);
      Keys before = keys;
      keys = read;
      count("read");
      if (before == null || !before.byId().keySet().equals(read.byId().keySet())) {
        LOG.info("The keys of {} are new; there are {}", issuer, read.byId().size());
      }
    } catch (IOException | RuntimeException e) {
      count("failed");
      LOG.warn("The keys of {} were not read: {}", issuer, e.toString());
    }
  }

  private void count(String outcome) {
    meters.counter("auth.keys.reads", "issuer", issuer, "outcome", outcome).increment();
  }

  private void await(CompletableFuture<?> read) {
    if (read.isDone() || !waiting.tryAcquire()) {
      return;
    }
    try {
      read.get(patience.call().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException _) {
      // The caller looks itself whether there are keys now.
    } finally {
      waiting.release();
    }
  }
}
