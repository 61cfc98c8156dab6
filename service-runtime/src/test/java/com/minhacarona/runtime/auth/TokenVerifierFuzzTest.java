package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.runtime.testing.TestIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Whatever a token is or says, it is refused, or makes a caller who is one. */
@Tag("fuzz")
class TokenVerifierFuzzTest {
  private static final SettableClock CLOCK = new SettableClock();

  private static TestIssuer issuer;
  private static TokenVerifier verifier;

  @BeforeAll
  static void start() {
    issuer = new TestIssuer(CLOCK);
    verifier =
        new TokenVerifier(
            new AuthConfig(
                true,
                List.of(issuer.services(), issuer.users(), issuer.operators()),
                List.of(),
                CertificateHeader.OFF),
            CLOCK,
            CLOCK,
            new SimpleMeterRegistry());
    verifier.requireKeys();
  }

  @AfterAll
  static void stop() {
    assertThat(issuer.requests()).isEqualTo(1);
    issuer.close();
  }

  @FuzzTest
  void tokens_ofAnyText_areRefused(byte[] bytes) {
    assertThat(caller(new String(bytes, StandardCharsets.UTF_8))).isEmpty();
  }

  /** One line is the header, the others are the claims; KID and ISS stand for what is right. */
  @FuzzTest
  void tokens_ofAnyJsonThatIsSigned_areRefused_orMakeACaller(byte[] bytes) {
    String text =
        new String(bytes, StandardCharsets.UTF_8)
            .replace("KID", issuer.key().getKeyID())
            .replace("ISS", issuer.name());
    int end = text.indexOf('\n');
    String header = end < 0 ? text : text.substring(0, end);
    String claims = end < 0 ? "" : text.substring(end + 1);
    String token = TestIssuer.sign(header, claims, issuer.key());
    caller(token)
        .ifPresent(caller -> {
          assertThat(header).contains("RS256").contains(issuer.key().getKeyID());
          assertThat(claims).contains(issuer.name());
          assertThat(caller.id()).isNotBlank().hasSizeLessThan(1_025);
          assertThat(caller.until())
              .hasValueSatisfying(
                  until -> assertThat(until).isAfter(CLOCK.instant().minus(TokenVerifier.SKEW)));
          assertThat(caller.tenant().isPresent()).isEqualTo(caller.isUser());
          assertThat(caller.isOperator()).isEqualTo(caller.id().equals(TestIssuer.ON_CALL));
        });
  }

  private static Optional<Caller> caller(String token) {
    try {
      return Optional.of(verifier.verify(token));
    } catch (RejectedProofException _) {
      return Optional.empty();
    }
  }
}
