package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Waits for one client to read, in the order in which it will be sent. Only the newest state of
 * each ride waits, so there are no more states than rides, however often these change. Not
 * thread-safe.
 */
final class Outbox {
  private final SequencedMap<Object, Entry> waiting = new LinkedHashMap<>();
  private int answers;

  /** A ride's state, or an answer to a command. */
  sealed interface Entry {
    CaronaUpdateResponse message();
  }

  record State(Update update) implements Entry {
    @Override
    public CaronaUpdateResponse message() {
      return update.message();
    }
  }

  record Answer(CaronaUpdateResponse message) implements Entry {}

  /**
   * Adds a state, in place of an older one of the same ride, which then is never sent.
   *
   * @return whether there was an older one
   */
  boolean add(Update update) {
    String carona = update.carona().id();
    boolean stillInitial = state(carona).map(Update::initial).orElse(false);
    return waiting.put(carona, new State(stillInitial ? Update.initial(update.carona()) : update))
        != null;
  }

  /** Adds an answer, which nothing replaces. */
  void add(CaronaUpdateResponse answer) {
    answers++;
    waiting.put(new Object(), new Answer(answer));
  }

  /** The state of a ride that waits. */
  Optional<Update> state(String caronaId) {
    return waiting.get(caronaId) instanceof State(var update)
        ? Optional.of(update)
        : Optional.empty();
  }

  void remove(String caronaId) {
    waiting.remove(caronaId);
  }

  /** Removes the states that are not to be sent any more. */
  void retain(Predicate<CaronaItem> states) {
    waiting
        .values()
        .removeIf(entry -> entry instanceof State(var update) && !states.test(update.carona()));
  }

  /** Takes what is to be sent next. */
  Optional<Entry> poll() {
    var first = waiting.pollFirstEntry();
    if (first == null) {
      return Optional.empty();
    }
    if (first.getValue() instanceof Answer) {
      answers--;
    }
    return Optional.of(first.getValue());
  }

  /** How many answers wait. */
  int answers() {
    return answers;
  }
}
