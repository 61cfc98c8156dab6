package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.TestIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Verifying verifying = new Verifying();
  private final TestIssuer issuer = verifying.issuer;
  private final TokenVerifier verifier = verifying.verifier;

  @AfterEach
  void close() {
    verifying.close();
  }

  @Test
  void verify_ofAServicesToken_isTheService() {
    String token = issuer.serviceToken(Caller.ON_BEHALF_OF, Caller.LIST_ALL);
    assertThat(verifying.caller(token))
        .isEqualTo(
            new Caller(
                Caller.Kind.SERVICE,
                TestIssuer.AUDIENCE,
                Optional.empty(),
                Set.of(Caller.ON_BEHALF_OF, Caller.LIST_ALL),
                Optional.of(verifying.wall.instant().plus(TestIssuer.LIFE))));
  }

  @Test
  void verify_ofAUsersToken_isTheUserOfItsTenant() {
    assertThat(verifying.caller(issuer.userToken("ana", "ipe")))
        .isEqualTo(
            new Caller(
                Caller.Kind.USER,
                "ana",
                Optional.of("ipe"),
                Set.of(),
                Optional.of(verifying.wall.instant().plus(TestIssuer.LIFE))));
  }

  @Test
  void verify_ofAnOperatorsToken_isTheRole() {
    Caller caller = verifying.caller(issuer.operatorToken());
    assertThat(caller.isOperator()).isTrue();
    assertThat(caller.id()).isEqualTo(TestIssuer.ON_CALL);
    assertThat(caller.tenant()).isEmpty();
  }

  @Test
  void caller_hasScopesOfOursAndThoseGranted_andOneOfSeveralAudiencesWillDo() {
    Issuer entry =
        new Issuer(
            issuer.name(),
            issuer.jwks(),
            Caller.Kind.SERVICE,
            Set.of("other", "ours"),
            "",
            Set.of(),
            TestIssuer.SCOPE_PREFIX,
            Caller.LIST_ALL,
            Set.of("granted"),
            "sub",
            "tenant");
    Claims claims =
        new Claims(
            Map.of(
                "aud", List.of("x", "ours"),
                "sub", "worker",
                "tenant", "ipe",
                "scope", " openid minha-carona/list-all  other/on-behalf-of list-all2 "));
    Caller caller = Callers.of(claims, List.of(entry));
    assertThat(caller.scopes()).isEqualTo(Set.of(Caller.LIST_ALL, "granted"));
    assertThat(caller.tenant()).contains("ipe");
  }

  @Test
  void verify_ofSeveralEntries_takesTheFirstThatFits() {
    Issuer plain = issuer.operators();
    Issuer late =
        new Issuer(
            plain.issuer(),
            plain.jwks(),
            Caller.Kind.SERVICE,
            plain.audiences(),
            "",
            Set.of(),
            "",
            "",
            Set.of(),
            "sub",
            "");
    Claims claims = new Claims(Map.of("aud", TestIssuer.AUDIENCE, "sub", TestIssuer.ON_CALL));
    assertThat(Callers.of(claims, List.of(plain, late)).isOperator()).isTrue();
    assertThat(Callers.of(claims, List.of(late, plain)).isOperator()).isFalse();
  }

  @Test
  void known_untilVerified_isEmpty_andThenTheCaller_withoutAnotherLook() {
    String token = issuer.userToken("ana", "ipe");
    assertThat(verifier.known(token)).isEmpty();
    Caller caller = verifying.caller(token);
    assertThat(verifier.known(token)).containsSame(caller);
    assertThat(verifying.caller(token)).isSameAs(caller);
  }

  @Test
  void known_isForgottenFiveMinutesLater() {
    String token = issuer.userToken("ana", "ipe");
    verifying.caller(token);
    verifying.steady.advance(VerifiedTokens.KEPT.minus(SECOND));
    assertThat(verifier.known(token)).isPresent();
    verifying.steady.advance(SECOND);
    assertThat(verifier.known(token)).isEmpty();
  }

  @Test
  void known_endsWithTheToken_whateverTheSteadyClockSays() {
    String token = issuer.userToken("ana", "ipe");
    verifying.wall.advance(TestIssuer.LIFE.minus(SECOND));
    verifying.caller(token);
    assertThat(verifier.known(token)).isPresent();
    verifying.wall.advance(SECOND);
    assertThat(verifier.known(token)).isEmpty();
  }

  @Test
  void known_endsWithTheToken_whateverTheWallClockSays() {
    String token = issuer.userToken("ana", "ipe");
    verifying.wall.advance(TestIssuer.LIFE.minus(SECOND));
    verifying.caller(token);
    verifying.steady.advance(SECOND);
    assertThat(verifier.known(token)).isEmpty();
  }

  @Test
  void verify_ofTokensThatEnded_isForgivingForAMinute_thoughTheCallerHasEnded() {
    String token = issuer.userToken("ana", "ipe");
    verifying.wall.advance(TestIssuer.LIFE.plus(TokenVerifier.SKEW).minus(SECOND));
    assertThat(verifying.caller(token).until())
        .hasValueSatisfying(end -> assertThat(end).isBefore(verifying.wall.instant()));
    assertThat(verifier.known(token)).isEmpty();
    verifying.wall.advance(SECOND);
    assertThat(verifying.refusal(token)).contains(Cause.EXPIRED);
  }

  @Test
  void verify_ofTokensFromTheFuture_isForgivingForAMinute() {
    for (String claim : List.of("iat", "nbf")) {
      assertThat(verifying.refusal(beginning(claim, TokenVerifier.SKEW))).isEmpty();
      assertThat(verifying.refusal(beginning(claim, TokenVerifier.SKEW.plus(SECOND))))
          .contains(Cause.NOT_YET_VALID);
    }
  }

  private String beginning(String claim, Duration later) {
    return issuer.token(claims ->
        claims
            .subject(TestIssuer.ON_CALL)
            .audience(TestIssuer.AUDIENCE)
            .claim(claim, Date.from(verifying.wall.instant().plus(later))));
  }

  @Test
  void verify_ofMoreTokensThanAreKept_forgetsSome() {
    VerifiedTokens tokens = new VerifiedTokens(verifying.wall, verifying.steady);
    Caller caller = verifying.caller(issuer.operatorToken());
    int all = 2 * VerifiedTokens.MAX_TOKENS;
    for (int i = 0; i < all; i++) {
      tokens.remember(VerifiedTokens.Hash.of("token" + i), caller);
    }
    int kept = 0;
    for (int i = 0; i < all; i++) {
      kept += tokens.caller(VerifiedTokens.Hash.of("token" + i)).isPresent() ? 1 : 0;
    }
    assertThat(kept).isBetween(1, VerifiedTokens.MAX_TOKENS);
  }

  @Test
  void refusals_haveOneCounterForEachCause_andFewLines() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    AtomicLong nanos = new AtomicLong();
    RefusedProofs refused = new RefusedProofs(meters, nanos::get);
    for (int i = 0; i < 1_000; i++) {
      refused.count(Cause.SIGNATURE);
    }
    nanos.addAndGet(SECOND.toNanos());
    refused.count(Cause.EXPIRED);
    assertThat(meters.find("auth.refused").counters()).hasSize(Cause.values().length);
    assertThat(meters.get("auth.refused").tag("cause", "SIGNATURE").counter().count())
        .isEqualTo(1_000);
    assertThat(verifying.written.list)
        .hasSize(RefusedProofs.LINES_PER_SECOND + 1)
        .last()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("A proof was refused: EXPIRED; lines left out before: 995");
  }

  @Test
  void entryWithATenantClaim_takesNoTokenWithout_whateverTheKind() {
    for (Caller.Kind kind : Caller.Kind.values()) {
      Issuer bound =
          new Issuer(
              "https://i",
              URI.create("https://i/keys"),
              kind,
              Set.of("a"),
              "",
              Set.of(),
              "",
              "",
              Set.of(),
              "sub",
              "tenant");
      Map<String, Object> claims = Map.of("aud", "a", "sub", "s");
      assertThatThrownBy(() -> Callers.of(new Claims(claims), List.of(bound)))
          .hasMessage(Cause.NO_TENANT.name());
      Map<String, Object> named = Map.of("aud", "a", "sub", "s", "tenant", "t");
      assertThat(Callers.of(new Claims(named), List.of(bound)).tenant()).contains("t");
    }
  }
}
