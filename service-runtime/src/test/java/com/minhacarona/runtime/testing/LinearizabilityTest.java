package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.Linearizability.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker on histories of a counter, of which is known whether an order explains them. */
class LinearizabilityTest {
  private static final int HISTORIES = 3_000;
  private static final int MOST_CALLS = 6;
  private static final int TIMES = 12;

  @Test
  void oneAfterTheOther_isInOrder() {
    assertThat(violation(add(1, 2), read(3, 4, 1), add(5, 6), read(7, 8, 2))).isEmpty();
  }

  @Test
  void aReadBesideAWrite_mayComeBeforeIt_orAfterIt() {
    assertThat(violation(add(1, 9), read(2, 3, 0))).isEmpty();
    assertThat(violation(add(1, 9), read(2, 3, 1), read(4, 5, 1))).isEmpty();
  }

  @Test
  void aReadThatGoesBack_hasNoOrder() {
    assertThat(violation(add(1, 9), read(2, 3, 1), read(4, 5, 0))).isPresent();
  }

  @Test
  void aWriteThatIsLost_hasNoOrder() {
    assertThat(violation(add(1, 2), read(3, 4, 0)))
        .hasValueSatisfying(how -> assertThat(how).contains("and nowhere fits: read 0"));
  }

  @Test
  void aCallWithoutAnAnswer_mayTakeEffectLate_orNever_butNotTwice() {
    assertThat(violation(add(1, Call.NEVER), read(2, 3, 0), read(4, 5, 0))).isEmpty();
    assertThat(violation(add(1, Call.NEVER), read(2, 3, 0), read(4, 5, 1))).isEmpty();
    assertThat(violation(add(1, Call.NEVER), read(4, 5, 2))).isPresent();
    assertThat(violation(read(1, 2, 1), add(3, Call.NEVER))).as("not before it began").isPresent();
  }

  @Test
  void generatedHistories_areJudgedAsByTryingAllOrders() {
    Random random = new Random(1);
    int inOrder = 0;
    for (int i = 0; i < HISTORIES; i++) {
      List<Call<Integer>> history = new ArrayList<>();
      for (int calls = 1 + random.nextInt(MOST_CALLS); calls > 0; calls--) {
        int begun = random.nextInt(TIMES);
        long ended = random.nextInt(6) == 0 ? Call.NEVER : begun + 1 + random.nextInt(TIMES);
        history.add(
            random.nextBoolean() ? add(begun, ended) : read(begun, ended, random.nextInt(3)));
      }
      boolean expected = anOrder(0, history);
      assertThat(Linearizability.violation(0, history).isEmpty())
          .as("%s", history)
          .isEqualTo(expected);
      inOrder += expected ? 1 : 0;
    }
    assertThat(inOrder).as("some are good, and some are bad").isBetween(300, HISTORIES - 300);
  }

  /** Whether some order explains the answers, found without any cleverness. */
  private static boolean anOrder(int state, List<Call<Integer>> left) {
    if (left.stream().allMatch(call -> call.ended() == Call.NEVER)) {
      return true;
    }
    return left.stream()
        .filter(next -> left.stream().allMatch(other -> next.begun() <= other.ended()))
        .anyMatch(next -> {
          List<Call<Integer>> rest = new ArrayList<>(left);
          rest.remove(next);
          Optional<Integer> after = next.effect().on(state);
          return after.isPresent() && anOrder(after.get(), rest);
        });
  }

  private static Optional<String> violation(Call<?>... calls) {
    List<Call<Integer>> history = new ArrayList<>();
    for (Call<?> call : calls) {
      @SuppressWarnings("unchecked") // They are made below.
      Call<Integer> ofCounter = (Call<Integer>) call;
      history.add(ofCounter);
    }
    return Linearizability.violation(0, history);
  }

  private static Call<Integer> add(long begun, long ended) {
    return new Call<>("add", begun, ended, state -> Optional.of(state + 1));
  }

  private static Call<Integer> read(long begun, long ended, int seen) {
    return new Call<>(
        "read " + seen,
        begun,
        ended,
        state -> state == seen || ended == Call.NEVER ? Optional.of(state) : Optional.empty());
  }
}
