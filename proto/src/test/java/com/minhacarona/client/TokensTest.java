package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TokensTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final FakeClock clock = new FakeClock();
  private final ScriptedSource source = new ScriptedSource(clock);
  private final Tokens tokens = new Tokens(source, clock, LONG);

  @Test
  void aToken_servesUntilFourFifthsOfItsLife() {
    assertThat(value()).isEqualTo("t1");
    clock.move(Duration.ofMinutes(48).minusMillis(1));
    assertThat(value()).isEqualTo("t1");
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void afterFourFifths_theNextTokenIsFetched_andNobodyWaitsForIt() {
    value();
    CountDownLatch mayAnswer = new CountDownLatch(1);
    source.script.add(() -> {
      mayAnswer.await();
      return new Token("next", clock.instant().plus(ScriptedSource.LIFE));
    });
    clock.move(Duration.ofMinutes(48));
    assertThat(tokens.get(false, 0)).isCompleted();
    assertThat(value()).isEqualTo("t1");
    mayAnswer.countDown();
    await().until(() -> value().equals("next"));
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void afterFourFifths_aStreamWaitsForTheNextToken() throws Exception {
    value();
    clock.move(Duration.ofMinutes(48));
    assertThat(tokens.get(true, 0).get(10, TimeUnit.SECONDS).token().value()).isEqualTo("t2");
  }

  @Test
  void afterFourFifths_aStreamTakesTheOldToken_ifThereIsNoOther() throws Exception {
    value();
    clock.move(Duration.ofMinutes(48));
    source.failNext(1);
    assertThat(tokens.get(true, 0).get(10, TimeUnit.SECONDS).token().value()).isEqualTo("t1");
  }

  @Test
  void aFailingRefresh_leavesTheOldToken_untilItExpires() {
    value();
    source.failNext(2);
    clock.move(Duration.ofMinutes(48));
    assertThat(value()).isEqualTo("t1");
    await().until(() -> source.fetches.get() == 2);
    clock.move(Duration.ofMinutes(12).minusMillis(1));
    await().until(() -> value().equals("t1") && source.fetches.get() == 3);
    clock.move(Duration.ofMillis(1));
    await().until(() -> tokens.get(false, 0).isCompletedExceptionally());
    clock.move(Duration.ofMinutes(1));
    assertThat(value()).isEqualTo("t4");
  }

  @Test
  void aFailingSource_isAskedAgainAfterPausesThatGrow_toAMinute() {
    source.failNext(100);
    int fetches = 0;
    for (Duration pause = Duration.ofMillis(100);
        pause.compareTo(Duration.ofMinutes(1)) < 0;
        pause = pause.multipliedBy(2)) {
      assertFails();
      assertThat(source.fetches).hasValue(++fetches);
      clock.move(pause.dividedBy(2).minusMillis(1));
      assertFails();
      assertThat(source.fetches).hasValue(fetches);
      clock.move(pause.dividedBy(2).plusMillis(1));
    }
    for (int i = 0; i < 5; i++) {
      assertFails();
      assertThat(source.fetches).hasValue(++fetches);
      clock.move(Duration.ofMinutes(1));
    }
  }

  @Test
  void aSourceThatRecovers_beginsWithShortPausesAgain() {
    source.failNext(8);
    for (int i = 0; i < 8; i++) {
      assertFails();
      clock.move(Duration.ofMinutes(1));
    }
    value();
    clock.move(ScriptedSource.LIFE);
    source.failNext(1);
    assertFails();
    clock.move(Duration.ofMillis(100));
    assertThat(value()).isEqualTo("t11");
  }

  @Test
  void aPause_endsWhenTheClockIsSetBack() {
    source.failNext(1);
    assertFails();
    clock.move(Duration.ofHours(-1));
    assertThat(value()).isEqualTo("t2");
  }

  @Test
  void whatIsNoToken_isAFailure_thatShowsNothing() {
    String header = "line\nbreak";
    source.script.add(() -> null);
    source.script.add(() -> new Token(header, clock.instant().plus(LONG)));
    source.script.add(() -> new Token("a".repeat(4_097), clock.instant().plus(LONG)));
    source.script.add(() -> new Token("", clock.instant().plus(LONG)));
    source.script.add(() -> new Token("secret", null));
    source.script.add(() -> new Token("secret", clock.instant()));
    for (String says : List.of("null", "10 char", "4097 char", "0 char", "expiresAt", "expired")) {
      assertThatThrownBy(this::value)
          .hasMessageContaining(says)
          .message()
          .doesNotContain("line", "aaaa", "secret");
      clock.move(Duration.ofMinutes(1));
    }
    assertThat(value()).isEqualTo("t7");
  }

  @Test
  void aHundredCalls_shareOneFetch() {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    source.script.add(() -> {
      mayAnswer.await();
      return new Token("one", clock.instant().plus(ScriptedSource.LIFE));
    });
    List<CompletableFuture<Tokens.Fetched>> calls =
        IntStream.range(0, 100).mapToObj(_ -> tokens.get(false, 0)).toList();
    assertThat(calls).noneMatch(CompletableFuture::isDone);
    mayAnswer.countDown();
    assertThat(calls).allMatch(call -> call.join().token().value().equals("one"));
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aSourceThatHangs_failsItsCallsInTime_andIsInterrupted() {
    CountDownLatch interrupted = new CountDownLatch(1);
    Tokens impatient = new Tokens(source, clock, Duration.ofMillis(50));
    source.script.add(() -> {
      try {
        new CountDownLatch(1).await();
      } finally {
        interrupted.countDown();
      }
      return null;
    });
    assertThatThrownBy(() -> impatient.get(false, 0).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("no answer within PT0.05S");
    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void aSourceThatCannotBeInterrupted_isNotAskedASecondTimeMeanwhile() {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    Tokens impatient = new Tokens(source, clock, Duration.ofMillis(50));
    source.script.add(() -> {
      while (mayAnswer.getCount() > 0) {
        try {
          mayAnswer.await();
        } catch (InterruptedException _) {
          // As a source of a careless author.
        }
      }
      return new Token("late", clock.instant().plus(ScriptedSource.LIFE));
    });
    await().until(() -> impatient.get(false, 0).isCompletedExceptionally());
    clock.move(Duration.ofMinutes(2));
    assertThat(impatient.get(false, 0)).isCompletedExceptionally();
    assertThat(source.fetches).hasValue(1);
    mayAnswer.countDown();
    await().until(() -> !impatient.get(false, 0).isCompletedExceptionally());
    assertThat(impatient.get(false, 0).join().token().value()).isEqualTo("late");
  }

  @Test
  void aRefusedToken_isReplacedOnce_forAllWhoHadIt() {
    Tokens.Fetched first = tokens.get(false, 0).join();
    for (int i = 0; i < 100; i++) {
      assertThat(tokens.refused(first.number())).isTrue();
      assertThat(tokens.get(false, first.number()).join().token().value()).isEqualTo("t2");
    }
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void tokensThatAreRefusedAgainAndAgain_areReplacedAfterPausesThatGrow() {
    long number = tokens.get(false, 0).join().number();
    for (Duration pause :
        List.of(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(4))) {
      assertThat(tokens.refused(number)).isTrue();
      number = tokens.get(false, number).join().number();
      assertThat(tokens.refused(number)).isFalse();
      clock.move(pause.dividedBy(2).minusMillis(1));
      assertThat(tokens.refused(number)).isFalse();
      clock.move(pause.dividedBy(2).plusMillis(1));
    }
    assertThat(source.fetches).hasValue(5);
  }

  @Test
  void aReplacementThatIsTaken_shortensTheNextPause_butEndsNone() {
    long number = tokens.get(false, 0).join().number();
    for (int i = 0; i < 3; i++) {
      assertThat(tokens.refused(number)).isTrue();
      number = tokens.get(false, number).join().number();
      clock.move(Duration.ofMinutes(10));
      assertThat(value()).isEqualTo("t" + (i + 2));
    }
    tokens.cured();
    assertThat(tokens.refused(number)).isTrue();
    number = tokens.get(false, number).join().number();
    tokens.cured();
    assertThat(tokens.refused(number)).isFalse();
    clock.move(Duration.ofSeconds(30));
    assertThat(tokens.refused(number)).isTrue();
  }

  @Test
  void whatIsPrinted_showsNoToken() {
    Tokens.Fetched fetched = tokens.get(false, 0).join();
    assertThat(fetched.token().value()).isEqualTo("t1");
    assertThat(fetched + " " + fetched.token())
        .contains("until 2026-11-28T09:00:00Z")
        .doesNotContain("t1");
  }

  private String value() {
    return tokens.get(false, 0).join().token().value();
  }

  private void assertFails() {
    assertThatThrownBy(this::value).hasMessageContaining("the issuer is away");
  }
}
