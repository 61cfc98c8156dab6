package com.minhacarona.runtime.testing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether calls that ran at the same time could have been one after the other, each at a moment
 * between its beginning and its end. This is the search of Wing and Gong with Lowe's memory of what
 * was tried ("Testing for linearizability", 2017): it picks a call that may be next, and goes back
 * when no order of the rest explains the answers.
 *
 * <p>A call without an answer may have taken effect at any moment after its beginning, or never. A
 * call that was told that nothing was changed is none at all, and is left out by the caller.
 *
 * @param <S> a state, immutable and with {@code equals}
 */
public final class Linearizability<S> {
  /** Beyond this a history is not judged, because the search would take all memory. */
  private static final int MAX_TRIED = 2_000_000;

  /**
   * One call.
   *
   * @param what in words, for a person
   * @param begun when it began, by one clock for all
   * @param ended when it was answered; {@link #NEVER} without an answer
   * @param effect the state after it, or empty if it cannot have got its answer in this state
   */
  public record Call<S>(String what, long begun, long ended, Effect<S> effect) {
    /** The end of a call that got no answer. */
    public static final long NEVER = Long.MAX_VALUE;

    private boolean answered() {
      return ended != NEVER;
    }
  }

  /** What a call does to a state. */
  public interface Effect<S> {
    Optional<S> on(S state);
  }

  private record Tried(BitSet done, Object state) {}

  /** How far the search has come on one path: the calls that are done, and the next to try. */
  private static final class Step<S> {
    private final S state;
    private final int call;
    private int next;

    Step(S state, int call) {
      this.state = state;
      this.call = call;
    }
  }

  private final List<Call<S>> calls;
  private final BitSet done = new BitSet();
  private final Set<Tried> tried = new HashSet<>();
  private final List<Step<S>> path = new ArrayList<>();
  private List<String> longest = List.of();

  private Linearizability(List<Call<S>> history) {
    calls = history.stream().sorted(Comparator.comparingLong((Call<S> c) -> c.ended)).toList();
  }

  /**
   * Searches for an order.
   *
   * @return empty when there is one; else the longest order that was found, and what did not fit
   */
  public static <S> Optional<String> violation(S initial, List<Call<S>> history) {
    return new Linearizability<>(history).search(initial);
  }

  private Optional<String> search(S initial) {
    path.add(new Step<>(initial, -1));
    while (!path.isEmpty()) {
      if (allAnsweredAreDone()) {
        return Optional.empty();
      }
      if (tried.size() > MAX_TRIED) {
        throw new IllegalStateException("too many orders to try: " + calls.size() + " calls");
      }
      Step<S> step = path.getLast();
      if (!forward(step)) {
        path.removeLast();
        if (step.call >= 0) {
          done.clear(step.call);
        }
      }
    }
    return Optional.of(String.join("\n", longest));
  }

  /** Tries the calls that may be next: those that began before any other one ended. */
  private boolean forward(Step<S> step) {
    long firstEnd = calls.get(done.nextClearBit(0)).ended;
    while (step.next < calls.size()) {
      int index = step.next++;
      Call<S> call = calls.get(index);
      if (done.get(index) || call.begun > firstEnd) {
        continue;
      }
      Optional<S> after = call.effect.on(step.state);
      // Without an answer and without an effect, it need not have been.
      if (after.isEmpty() || (!call.answered() && after.get().equals(step.state))) {
        continue;
      }
      done.set(index);
      if (tried.add(new Tried((BitSet) done.clone(), after.get()))) {
        path.add(new Step<>(after.get(), index));
        remember();
        return true;
      }
      done.clear(index);
    }
    return false;
  }

  private boolean allAnsweredAreDone() {
    int open = done.nextClearBit(0);
    return open >= calls.size() || !calls.get(open).answered();
  }

  private void remember() {
    if (path.size() > longest.size()) {
      List<String> lines = new ArrayList<>();
      path.stream().skip(1).forEach(s -> lines.add(calls.get(s.call).what + " -> " + s.state));
      Call<S> missing = calls.get(Math.min(done.nextClearBit(0), calls.size() - 1));
      lines.add("and nowhere fits: " + missing.what);
      longest = lines;
    }
  }
}
