package com.minhacarona.local.explorer;

import java.util.ArrayList;
import java.util.List;

/**
 * The choices of one schedule, which is repeated with the next choices until all have been tried,
 * depth first. Only one thread at a time may choose.
 */
final class Choices {
  private final List<Integer> taken = new ArrayList<>();
  private final List<Integer> options = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private int depth;

  /** Picks one of these: the first one when it comes to this choice for the first time. */
  <T> T of(List<T> some) {
    if (depth == taken.size()) {
      taken.add(0);
      options.add(some.size());
    }
    if (options.get(depth) != some.size()) {
      throw new IllegalStateException("the same choices led elsewhere: " + said);
    }
    return some.get(taken.get(depth++));
  }

  /** Adds a line to what is told of this schedule. */
  void say(String line) {
    said.add(line);
  }

  List<String> said() {
    return List.copyOf(said);
  }

  /** Goes on to the next schedule; false when there is none. */
  boolean next() {
    depth = 0;
    said.clear();
    while (!taken.isEmpty() && taken.getLast() + 1 == options.getLast()) {
      taken.removeLast();
      options.removeLast();
    }
    if (taken.isEmpty()) {
      return false;
    }
    taken.add(taken.removeLast() + 1);
    return true;
  }
}
