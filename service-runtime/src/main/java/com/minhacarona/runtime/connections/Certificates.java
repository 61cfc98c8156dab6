package com.minhacarona.runtime.connections;

import com.minhacarona.runtime.process.BackgroundLoop;
import com.minhacarona.runtime.process.CannotStartException;
import io.grpc.netty.GrpcSslContexts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of a server, and the CAs of its clients. They are read again while the process
 * runs, and new connections get what was read last and fits together. Thread-safe. Without {@link
 * TlsConfig} there are none.
 */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  /** Days until the first of the certificates expires. */
  public static final String EXPIRY = "tls.certificate.expiry";

  /** How often certificates were read again and could not be used. */
  public static final String RELOAD_FAILED = "tls.reload.failed";

  /** A file is noticed within this time; small, because reading three files costs nothing. */
  public static final Duration RELOAD = Duration.ofSeconds(30);

  /** Long enough for a client that reconnects, short enough for a CA that is taken away. */
  private static final long SESSION_SECONDS = 600;

  /** A session that the server keeps costs some 2 KB. */
  private static final long SESSIONS = 1_000;

  private final Optional<TlsConfig> config;
  private final Clock clock;
  private final MeterRegistry meters;
  private final Duration reload;
  private volatile @Nullable Current current;
  private @Nullable BackgroundLoop loop;
  private String told = "";

  /**
   * Certificates that are not read yet.
   *
   * @param reload the pause between two readings
   */
  public Certificates(
      Optional<TlsConfig> config, Clock clock, MeterRegistry meters, Duration reload) {
    this.config = config;
    this.clock = clock;
    this.meters = meters;
    this.reload = reload;
  }

  /** What new connections get. */
  private record Current(
      Identity identity,
      SslContext anybody,
      Optional<SslContext> withCertificate,
      Optional<ClientCas> clientCas) {}

  /**
   * Reads the certificates for the first time, and again from then on.
   *
   * @throws CannotStartException when they cannot be used; the message says why
   */
  void start() {
    if (config.isEmpty()) {
      return;
    }
    try {
      current = contexts(Identity.of(Identity.Texts.read(config.get()), clock.instant()));
    } catch (UnusableException e) {
      throw new CannotStartException("Cannot start: " + e.getMessage());
    }
    Gauge.builder(EXPIRY, this, Certificates::daysLeft).baseUnit("days").register(meters);
    Counter failed = meters.counter(RELOAD_FAILED);
    loop =
        BackgroundLoop.start(
            "certificates",
            () -> {
              Thread.sleep(reload);
              if (!readAgain(config.get())) {
                failed.increment();
              }
            });
  }

  void stop() {
    if (loop != null) {
      loop.stop();
    }
  }

  /** How connections by a door are encrypted; empty when they are not. */
  Optional<SslContext> context(Door door) {
    return config.map(_ -> new CurrentSslContext(() -> current(door)));
  }

  /** The server's certificate at the moment; empty without TLS. */
  public Optional<X509Certificate> own() {
    return Optional.ofNullable(current).map(now -> now.identity.chain().getFirst());
  }

  /**
   * Verifies the first certificate of a text, which may be followed by those of the CAs above it,
   * against the CAs of client certificates. Remembers good ones for five minutes.
   *
   * @param urlEncoded PEM, as a load balancer passes it on in {@code x-amzn-mtls-clientcert-leaf}
   *     or {@code x-amzn-mtls-clientcert}
   * @return empty when it is not good, or there are no CAs
   */
  public Optional<PeerCertificate> verify(String urlEncoded) {
    return Optional.ofNullable(current)
        .flatMap(Current::clientCas)
        .flatMap(cas -> cas.verify(urlEncoded, clock.instant()));
  }

  private SslContext current(Door door) {
    Current now = current;
    if (now == null) {
      throw new IllegalStateException("no certificate was read yet");
    }
    return switch (door) {
      case LOAD_BALANCER -> now.anybody;
      case MTLS -> now.withCertificate.orElseThrow();
    };
  }

  /** Whether what was read can be used, or is in use already. */
  private boolean readAgain(TlsConfig config) {
    try {
      Identity.Texts texts = Identity.Texts.read(config);
      Current before = current;
      if (before == null || !texts.equals(before.identity.texts())) {
        current = contexts(Identity.of(texts, clock.instant()));
        LOG.info(
            "New connections get the certificate that is valid for {} days", (long) daysLeft());
      }
      told = "";
      return true;
    } catch (UnusableException e) {
      String because = String.valueOf(e.getMessage());
      if (!because.equals(told)) {
        LOG.error("The old certificates stay in use: {}", because);
        told = because;
      }
      return false;
    }
  }

  private double daysLeft() {
    Current now = current;
    return now == null
        ? Double.NaN
        : Duration.between(clock.instant(), now.identity.until()).toMillis()
            / (double) Duration.ofDays(1).toMillis();
  }

  private static Current contexts(Identity identity) throws UnusableException {
    try {
      SslContext anybody = builder(identity).build();
      if (identity.clientCas().isEmpty()) {
        return new Current(identity, anybody, Optional.empty(), Optional.empty());
      }
      ClientCas cas = new ClientCas(identity.clientCas());
      SslContext withCertificate =
          builder(identity).clientAuth(ClientAuth.REQUIRE).trustManager(cas.trustManager()).build();
      return new Current(identity, anybody, Optional.of(withCertificate), Optional.of(cas));
    } catch (SSLException | IllegalArgumentException e) {
      throw new UnusableException("the certificates make no TLS context", e);
    }
  }

  private static SslContextBuilder builder(Identity identity) {
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(identity.key(), identity.chain()), SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .sessionTimeout(SESSION_SECONDS)
        .sessionCacheSize(SESSIONS);
  }
}
