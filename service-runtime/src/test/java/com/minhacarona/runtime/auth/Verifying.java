package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.runtime.testing.TestIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;

/** A verifier and its issuer. When it is closed, no token that it saw may be in the log. */
final class Verifying implements AutoCloseable {
  /** As long as a busy machine may take. */
  static final Patience PATIENT =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));

  /** Shorter pieces of a token could be words of any line. */
  private static final int PIECE = 12;

  private static final Logger OURS = (Logger) LoggerFactory.getLogger("com.minhacarona");
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  final SettableClock wall = new SettableClock();
  final SettableClock steady = new SettableClock();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final TestIssuer issuer = new TestIssuer(wall);
  final TokenVerifier verifier;
  final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** With the three usual entries of the issuer, and these. */
  Verifying(Issuer... others) {
    this(PATIENT, others);
  }

  Verifying(Patience patience, Issuer... others) {
    List<Issuer> entries =
        new ArrayList<>(List.of(issuer.services(), issuer.users(), issuer.operators()));
    entries.addAll(List.of(others));
    verifier =
        new TokenVerifier(
            new AuthConfig(true, entries, List.of(), CertificateHeader.OFF),
            patience,
            wall,
            steady,
            meters);
    written.start();
    OURS.setLevel(Level.TRACE);
    ROOT.addAppender(written);
  }

  /** Whose token it is; fails when it is refused. */
  Caller caller(String token) {
    seen.add(token);
    return verifier.verify(token);
  }

  /** Why it is refused; empty when it is not. Nothing is known of it when it is. */
  Optional<Cause> refusal(String token) {
    seen.add(token);
    double before = refused();
    try {
      verifier.verify(token);
      return Optional.empty();
    } catch (RejectedProofException e) {
      assertThat(verifier.known(token)).isEmpty();
      assertThat(refused()).isEqualTo(before + 1);
      assertThat(e).hasMessage(e.reason().name()).hasNoCause();
      assertThat(e.getStackTrace()).isEmpty();
      return Optional.of(e.reason());
    }
  }

  /** How many were refused for this. */
  double refused(Cause cause) {
    return meters.get("auth.refused").tag("cause", cause.name()).counter().count();
  }

  private double refused() {
    double sum = 0;
    for (Cause cause : Cause.values()) {
      sum += refused(cause);
    }
    return sum;
  }

  /** How many requests for keys ended so. */
  double reads(String outcome) {
    var counter = meters.find("auth.keys.reads").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public void close() {
    issuer.close();
    ROOT.detachAppender(written);
    OURS.setLevel(null);
    String log =
        String.join("\n", written.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    for (String token : seen) {
      for (String part : token.split("\\.", -1)) {
        if (part.length() >= PIECE) {
          assertThat(log).doesNotContain(part.substring(0, PIECE));
          assertThat(log).doesNotContain(part.substring(part.length() - PIECE));
        }
      }
    }
  }
}
