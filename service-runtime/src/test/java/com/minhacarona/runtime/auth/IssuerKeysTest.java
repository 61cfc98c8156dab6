package com.minhacarona.runtime.auth;

import static com.minhacarona.runtime.testing.TestIssuer.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.testing.TestIssuer;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When keys are asked for, and what an issuer can do about it. */
class IssuerKeysTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Longer than a good answer takes, even if it has to be asked for again. */
  private static final Patience IMPATIENT =
      new Patience(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(10));

  private Verifying verifying = new Verifying();
  private TestIssuer issuer = verifying.issuer;
  private final CountDownLatch hurry = new CountDownLatch(1);
  private TestIssuer thief;

  @BeforeEach
  void start() {
    thief = new TestIssuer(verifying.wall);
    thief.rotate();
  }

  @AfterEach
  void close() {
    hurry.countDown();
    thief.close();
    verifying.close();
  }

  private void beImpatient() {
    verifying.close();
    verifying = new Verifying(IMPATIENT);
    issuer = verifying.issuer;
  }

  /** Each call is of another token, so that none is known. */
  private String token() {
    return issuer.operatorToken();
  }

  /** A token that would be good if the issuer had its key. */
  private String strangersToken() {
    return TestIssuer.sign(
        TestIssuer.header(
            new RSAKey.Builder(thief.key()).keyID(UUID.randomUUID().toString()).build()),
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"exp\":%s}"
            .formatted(
                issuer.name(),
                TestIssuer.AUDIENCE,
                TestIssuer.ON_CALL,
                verifying.wall.instant().plusSeconds(600).getEpochSecond()),
        thief.key());
  }

  @Test
  void keys_areAskedForOnce_andNotBeforeATokenNeedsThem() {
    assertThat(verifying.refusal("no token")).isPresent();
    assertThat(issuer.requests()).isZero();
    for (int i = 0; i < 10; i++) {
      verifying.caller(token());
    }
    assertThat(issuer.requests()).isEqualTo(1);
    assertThat(verifying.reads("read")).isEqualTo(1);
  }

  @Test
  void keys_areNotAskedFor_byTokensThatAreWrongInAnythingElse() {
    verifying.wall.advance(Duration.ofDays(1));
    String ended = token();
    verifying.wall.advance(TestIssuer.LIFE.plus(TokenVerifier.SKEW));
    assertThat(verifying.refusal(ended)).contains(Cause.EXPIRED);
    assertThat(verifying.refusal(thief.operatorToken())).contains(Cause.UNKNOWN_ISSUER);
    assertThat(issuer.requests()).isZero();
    assertThat(thief.requests()).isZero();
  }

  @Test
  void aFloodOfUnknownKeyIds_makesOneRequestInThirtySeconds() {
    verifying.caller(token());
    verifying.steady.advance(Duration.ofSeconds(30));
    List<String> flood = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      flood.add(strangersToken());
    }
    for (int i = 0; i < 10_000; i++) {
      String token = flood.get(i % 100);
      assertThatThrownBy(() -> verifying.verifier.verify(token)).hasMessage("UNKNOWN_KEY");
    }
    assertThat(verifying.refused(Cause.UNKNOWN_KEY)).isEqualTo(10_000);
    assertThat(issuer.requests()).isEqualTo(2);
    verifying.steady.advance(Duration.ofSeconds(30).minus(SECOND));
    assertThat(verifying.refusal(strangersToken())).contains(Cause.UNKNOWN_KEY);
    assertThat(issuer.requests()).isEqualTo(2);
    verifying.steady.advance(SECOND);
    assertThat(verifying.refusal(strangersToken())).contains(Cause.UNKNOWN_KEY);
    assertThat(issuer.requests()).isEqualTo(3);
  }

  @Test
  void aNewKey_isTakenUpWithoutARestart_andTheOldOneIsNoLongerGood() {
    String before = token();
    verifying.caller(token());
    issuer.rotate();
    assertThat(verifying.refusal(token())).contains(Cause.UNKNOWN_KEY);
    verifying.steady.advance(IssuerKeys.BETWEEN_READS);
    verifying.caller(token());
    assertThat(verifying.refusal(before)).contains(Cause.UNKNOWN_KEY);
  }

  @Test
  void keys_areReadAgainBesideTheCalls_beforeTheyAreOld() {
    verifying.caller(token());
    issuer.answers(exchange -> {
      awaitHurry();
      issuer.keys().to(exchange);
    });
    verifying.steady.advance(IssuerKeys.REFRESH_AFTER.minus(SECOND));
    verifying.caller(token());
    assertThat(issuer.requests()).isEqualTo(1);
    verifying.steady.advance(SECOND);
    // Nobody waits for the answer, which is not there yet.
    verifying.caller(token());
    await().until(() -> issuer.requests() == 2);
    verifying.caller(token());
    assertThat(verifying.reads("read")).isEqualTo(1);
    hurry.countDown();
    await().until(() -> verifying.reads("read") == 2);
    assertThat(issuer.requests()).isEqualTo(2);
  }

  @Test
  void aKeyThatIsWithdrawn_isRefusedWhenKeysWereReadAgain() {
    verifying.caller(token());
    String withdrawn = token();
    issuer.rotate();
    verifying.steady.advance(IssuerKeys.REFRESH_AFTER);
    verifying.caller(withdrawn);
    await().until(() -> verifying.reads("read") == 2);
    verifying.steady.advance(VerifiedTokens.KEPT);
    assertThat(verifying.refusal(withdrawn)).contains(Cause.UNKNOWN_KEY);
  }

  @Test
  void keysThatAreOld_areReadAgain_evenIfNobodyCalls() {
    verifying.caller(token());
    String withdrawn = token();
    issuer.rotate();
    verifying.steady.advance(IssuerKeys.REFRESH_AFTER.minus(SECOND));
    verifying.verifier.refreshKeys();
    assertThat(issuer.requests()).isEqualTo(1);
    verifying.steady.advance(SECOND);
    verifying.verifier.refreshKeys();
    await().until(() -> verifying.reads("read") == 2);
    assertThat(verifying.refusal(withdrawn)).contains(Cause.UNKNOWN_KEY);
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatIsWrong_makesTheIssuerAway_andTheNextOneIsTakenAsItIs(WrongAnswer wrong)
      throws JOSEException {
    if (wrong == WrongAnswer.SILENT) {
      beImpatient();
    }
    thief.answers(issuer.keys());
    issuer.answers(wrong.of(issuer, thief));
    assertThatThrownBy(verifying.verifier::requireKeys)
        .isInstanceOf(KeysAwayException.class)
        .hasMessageContaining(issuer.name());
    assertThatThrownBy(() -> verifying.caller(token())).isInstanceOf(KeysAwayException.class);
    await().until(() -> verifying.reads("failed") == 1);
    // The JDK's client asks once more when a connection ends without an answer.
    assertThat(issuer.requests()).isBetween(1, wrong == WrongAnswer.HANGS_UP ? 2 : 1);
    assertThat(thief.requests()).isZero();

    issuer.answers(issuer.keys());
    verifying.steady.advance(IssuerKeys.BETWEEN_FIRST_READS);
    verifying.verifier.requireKeys();
    verifying.caller(token());
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatIsWrong_leavesTheOldKeys(WrongAnswer wrong) throws JOSEException {
    if (wrong == WrongAnswer.SILENT) {
      beImpatient();
    }
    verifying.verifier.requireKeys();
    thief.answers(issuer.keys());
    issuer.answers(wrong.of(issuer, thief));
    verifying.steady.advance(IssuerKeys.REFRESH_AFTER);
    verifying.caller(token());
    await().until(() -> verifying.reads("failed") == 1);
    verifying.caller(token());
    assertThat(thief.requests()).isZero();
  }

  @Test
  void anIssuerThatIsDown_isTrustedForTwelveHours_andIsAwayThen() {
    verifying.caller(token());
    issuer.answers(respond(503, ""));
    verifying.steady.advance(IssuerKeys.USABLE_FOR.minus(SECOND));
    verifying.caller(token());
    assertThat(verifying.refusal(strangersToken())).contains(Cause.UNKNOWN_KEY);
    verifying.steady.advance(SECOND);
    assertThatThrownBy(() -> verifying.caller(token())).isInstanceOf(KeysAwayException.class);
    assertThatThrownBy(verifying.verifier::requireKeys).isInstanceOf(KeysAwayException.class);

    issuer.answers(issuer.keys());
    verifying.steady.advance(IssuerKeys.BETWEEN_READS);
    verifying.caller(token());
  }

  @Test
  void requireKeys_namesThoseThatAreAway_andNoOther() {
    try (Verifying both = new Verifying(thief.users())) {
      thief.answers(respond(500, ""));
      assertThatThrownBy(both.verifier::requireKeys)
          .isInstanceOf(KeysAwayException.class)
          .hasMessageContaining(thief.name())
          .hasMessageNotContaining(both.issuer.name());
      // The one that is there is no worse for it, and is not asked again.
      both.caller(both.issuer.operatorToken());
      assertThat(both.issuer.requests()).isEqualTo(1);
    }
  }

  @Test
  void requireKeys_whileTheIssuerIsAway_asksEveryFiveSeconds() {
    issuer.answers(respond(500, ""));
    for (int second = 0; second < 20; second++) {
      assertThatThrownBy(verifying.verifier::requireKeys).isInstanceOf(KeysAwayException.class);
      verifying.steady.advance(SECOND);
    }
    assertThat(issuer.requests()).isEqualTo(4);
  }

  @Test
  void theFirstCalls_shareOneRequest() throws Exception {
    issuer.answers(exchange -> {
      awaitHurry();
      issuer.keys().to(exchange);
    });
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String token = token();
        calls.add(callers.submit(() -> verifying.caller(token)));
      }
      await().until(() -> issuer.requests() == 1);
      hurry.countDown();
      for (Future<?> call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS)).isNotNull();
      }
    }
    assertThat(issuer.requests()).isEqualTo(1);
  }

  @Test
  void callsBeyondThoseThatMayWait_areAnsweredAtOnce() throws Exception {
    verifying.caller(token());
    verifying.steady.advance(IssuerKeys.BETWEEN_READS);
    issuer.answers(exchange -> {
      awaitHurry();
      respond(500, "").to(exchange);
    });
    String token = strangersToken();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2 * IssuerKeys.MAX_WAITING; i++) {
        var _ = callers.submit(() -> verifying.refusal(token));
      }
      await().until(() -> verifying.refused(Cause.UNKNOWN_KEY) >= IssuerKeys.MAX_WAITING);
      hurry.countDown();
    }
    assertThat(verifying.refused(Cause.UNKNOWN_KEY)).isEqualTo(2 * IssuerKeys.MAX_WAITING);
    assertThat(issuer.requests()).isEqualTo(2);
  }

  /** So slow that no single wait for a packet is too long. */
  @Test
  void anAnswerThatDrips_isGivenUp_andTheConnectionIsClosed() throws Exception {
    beImpatient();
    CountDownLatch closed = new CountDownLatch(1);
    issuer.answers(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try {
        while (!hurry.await(100, TimeUnit.MILLISECONDS)) {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      } finally {
        closed.countDown();
      }
    });
    assertThatThrownBy(verifying.verifier::requireKeys).isInstanceOf(KeysAwayException.class);
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    await().until(() -> verifying.reads("failed") == 1);
    issuer.answers(issuer.keys());
    verifying.steady.advance(IssuerKeys.BETWEEN_FIRST_READS);
    verifying.caller(token());
  }

  @Test
  void aCall_waitsNoLongerThanItMay_andTheRequestGoesOn() {
    verifying.close();
    Duration moment = Duration.ofMillis(50);
    verifying = new Verifying(new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), moment));
    issuer = verifying.issuer;
    issuer.answers(exchange -> {
      awaitHurry();
      issuer.keys().to(exchange);
    });
    assertThatThrownBy(() -> verifying.caller(token())).isInstanceOf(KeysAwayException.class);
    // Another request may begin now, but none does while there is one.
    verifying.steady.advance(IssuerKeys.BETWEEN_READS);
    assertThatThrownBy(() -> verifying.caller(token())).isInstanceOf(KeysAwayException.class);
    hurry.countDown();
    await().until(() -> verifying.reads("read") == 1);
    verifying.caller(token());
    assertThat(issuer.requests()).isEqualTo(1);
  }

  @Test
  void ageOfKeys_isAMeter() {
    assertThat(verifying.meters.get("auth.keys.age").gauge().value()).isNaN();
    verifying.caller(token());
    verifying.steady.advance(Duration.ofSeconds(42));
    assertThat(verifying.meters.get("auth.keys.age").gauge().value()).isEqualTo(42);
  }

  private void awaitHurry() {
    try {
      assertThat(hurry.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
