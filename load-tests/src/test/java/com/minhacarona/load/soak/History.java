package com.minhacarona.load.soak;

import com.minhacarona.runtime.testing.Linearizability;
import com.minhacarona.runtime.testing.Linearizability.Call;
import com.minhacarona.table.CaronaModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All calls on one ride with their answers. Thread-safe. */
final class History {
  /** Answers of which docs/errors.md says that the call changed nothing. */
  private static final Set<String> NOTHING = Set.of("CONFLITO", "SOBRECARGA", "INDISPONIVEL");

  /** Answers that claim nothing, and calls that got none of ours. */
  private static final Set<String> UNKNOWN =
      Set.of(
          "RESULTADO_DESCONHECIDO",
          "PRAZO_ESGOTADO",
          "ERRO_INTERNO",
          "UNAVAILABLE",
          "DEADLINE_EXCEEDED",
          "CANCELLED");

  /**
   * One call.
   *
   * @param request the request_id of a booking; else empty
   * @param effect what the model does and tells
   */
  record Entry(
      String what,
      boolean write,
      String request,
      Function<CaronaModel, CaronaModel.Told> effect,
      String answer,
      long begun,
      long ended) {
    boolean unknown() {
      return UNKNOWN.contains(answer);
    }
  }

  private final CaronaModel before;
  private final List<Entry> entries = new ArrayList<>();

  History(CaronaModel before) {
    this.before = before;
  }

  synchronized void add(Entry entry) {
    entries.add(entry);
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Whether no order of the calls explains the answers and what is stored in the end. */
  Optional<String> violation(CaronaModel stored) {
    Set<String> booked =
        stored.bookings().values().stream()
            .flatMap(booking -> booking.requests().stream())
            .collect(Collectors.toSet());
    List<Call<CaronaModel>> calls = new ArrayList<>();
    for (Entry entry : entries()) {
      boolean unknown = entry.unknown();
      // What booked is stored with the reservation, so a lost booking that is not never happened.
      boolean never = !entry.write || (!entry.request.isEmpty() && !booked.contains(entry.request));
      if (NOTHING.contains(entry.answer) || (unknown && never)) {
        continue;
      }
      calls.add(
          new Call<>(
              entry.what + " -> " + entry.answer,
              entry.begun,
              unknown ? Call.NEVER : entry.ended,
              model -> {
                CaronaModel.Told told = entry.effect.apply(model);
                return unknown || told.answer().equals(entry.answer)
                    ? Optional.of(told.model())
                    : Optional.empty();
              }));
    }
    long end = System.nanoTime();
    calls.add(
        new Call<>(
            "the table is " + stored,
            end,
            end,
            model -> model.equals(stored) ? Optional.of(model) : Optional.empty()));
    return Linearizability.violation(before, calls);
  }

  /** How often each answer was given. */
  static Map<String, Integer> answers(Iterable<History> histories) {
    Map<String, Integer> counts = new TreeMap<>();
    for (History history : histories) {
      for (Entry entry : history.entries()) {
        String answer = entry.write ? entry.answer : "read " + (known(entry) ? "OK" : entry.answer);
        counts.merge(answer, 1, Integer::sum);
      }
    }
    return counts;
  }

  private static boolean known(Entry entry) {
    return !entry.unknown() && !NOTHING.contains(entry.answer);
  }
}
