package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * What waits for one client to read, in the order in which it will be sent. Only the newest state
 * of each ride waits, so there are no more states than rides, however often these change. Not
 * thread-safe.
 */
final class Outbox {
  private final SequencedMap<Object, Entry> waiting = new LinkedHashMap<>();
  private int answers;

  /**
   * What is to be sent.
   *
   * @param change the state of a ride, if the message tells of its change
   */
  record Outgoing(UpdateMessage message, Optional<CaronaItem> change) {}

  /** One message, or several. */
  sealed interface Entry {}

  /** An answer to a command, which nothing replaces. */
  record Answer(UpdateMessage message) implements Entry {}

  /**
   * The state of a ride that the client follows by its id.
   *
   * @param initial whether it was there when the client began to follow the ride
   */
  record State(Update update, boolean initial) implements Entry {}

  /** The present states of a condominium. */
  record Backlog(TopicReader.Backlog states) implements Entry {}

  /** The changes of a condominium's rides. */
  record Changes(TopicReader reader) implements Entry {}

  void add(Answer answer) {
    answers++;
    waiting.put(new Object(), answer);
  }

  /**
   * Adds a state, in place of an older one of the same ride, which then is never sent.
   *
   * @return whether there was an older one
   */
  boolean add(State state) {
    String carona = state.update().carona().id();
    boolean stillInitial = state(carona).map(State::initial).orElse(false);
    return waiting.put(carona, new State(state.update(), state.initial() || stillInitial)) != null;
  }

  void add(Backlog backlog) {
    waiting.put(new Object(), backlog);
  }

  /** Adds changes behind everything, unless they wait already. */
  void add(Changes changes) {
    waiting.putIfAbsent(changes.reader(), changes);
  }

  /** The state of a ride that waits. */
  Optional<State> state(String caronaId) {
    return waiting.get(caronaId) instanceof State state ? Optional.of(state) : Optional.empty();
  }

  /** Whether a ride is among the present states of its condominium that wait. */
  boolean isInBacklog(TopicReader reader, String caronaId) {
    return waiting.values().stream()
        .anyMatch(entry ->
            entry instanceof Backlog(var states)
                && states.reader() == reader
                && states.contains(caronaId));
  }

  void remove(String caronaId) {
    waiting.remove(caronaId);
  }

  void remove(Changes changes) {
    waiting.remove(changes.reader());
  }

  /** Removes the states that are not to be sent any more. */
  void retain(Predicate<CaronaItem> states, Predicate<TopicReader> readers) {
    waiting
        .values()
        .removeIf(entry ->
            switch (entry) {
              case Answer _ -> false;
              case State state -> !states.test(state.update().carona());
              case Backlog backlog -> !readers.test(backlog.states().reader());
              case Changes changes -> !readers.test(changes.reader());
            });
  }

  /** Takes what is to be sent next, and notes in the view that the client has it. */
  Optional<Outgoing> poll(ClientView view) {
    Optional<Outgoing> next = Optional.empty();
    while (next.isEmpty() && !waiting.isEmpty()) {
      next = next(waiting.firstEntry().getValue(), view);
    }
    return next;
  }

  /** Takes a message of the first entry; empty if that was none, or no news. */
  private Optional<Outgoing> next(Entry first, ClientView view) {
    return switch (first) {
      case Answer(var message) -> {
        answers--;
        removeFirst();
        yield Optional.of(new Outgoing(message, Optional.empty()));
      }
      case State(var update, var initial) -> {
        removeFirst();
        yield give(update, initial, view);
      }
      case Backlog(var states) -> {
        Optional<Update> update = states.next();
        if (update.isEmpty()) {
          removeFirst();
        }
        yield update.flatMap(state -> give(state, true, view));
      }
      case Changes changes -> {
        // Behind what else waits, which has its turn between two changes.
        removeFirst();
        Optional<Update> update = changes.reader().change();
        if (changes.reader().hasUnread()) {
          add(changes);
        }
        yield update.flatMap(state -> give(state, false, view));
      }
    };
  }

  private void removeFirst() {
    var _ = waiting.pollFirstEntry();
  }

  private static Optional<Outgoing> give(Update update, boolean initial, ClientView view) {
    if (!view.isNews(update.carona())) {
      return Optional.empty();
    }
    view.give(update.carona());
    return Optional.of(
        initial
            ? new Outgoing(update.initial(), Optional.empty())
            : new Outgoing(update.change(), Optional.of(update.carona())));
  }

  /** How many answers wait. */
  int answers() {
    return answers;
  }
}
