package com.minhacarona.carona;

import com.minhacarona.carona.CaronaList.Positions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The positions of one list in its order, merged from its parts. Each part is read on when nothing
 * is left of what was read before. Used by one thread at a time.
 */
final class MergedPositions {
  /**
   * As many keys as half a read unit reads, which every query costs. A ride has some 115 bytes in
   * the index.
   */
  static final int FOR_HALF_A_UNIT = 32;

  private final List<Reader> readers;
  private final BiFunction<Part, Integer, Positions> query;
  private final Together together;

  /** Asks several questions at the same time, and returns their answers in the same order. */
  interface Together {
    List<Positions> ask(List<Supplier<Positions>> questions);
  }

  /**
   * A list from its beginning.
   *
   * @param query reads some positions of a part
   */
  MergedPositions(List<Part> parts, BiFunction<Part, Integer, Positions> query, Together together) {
    this.readers = parts.stream().map(Reader::new).toList();
    this.query = query;
    this.together = together;
  }

  /** The next positions; fewer than asked for only at the end of the list. */
  List<Position> next(int count) {
    List<Position> next = new ArrayList<>(count);
    while (next.size() < count) {
      // One more than needed, to learn without another query whether these are the last.
      readOn(count + 1);
      Optional<Reader> first =
          waiting().min((a, b) -> Position.ORDER.compare(a.read.peek(), b.read.peek()));
      if (first.isEmpty()) {
        return next;
      }
      next.add(first.get().read.poll());
    }
    return next;
  }

  private Stream<Reader> waiting() {
    return readers.stream().filter(reader -> !reader.read.isEmpty());
  }

  /** Nothing is known of the order until each part that has more shows its next position. */
  private void readOn(int count) {
    List<Reader> dry = readers.stream().filter(r -> r.read.isEmpty() && r.more).toList();
    if (dry.isEmpty()) {
      return;
    }
    int share = Math.ceilDiv(count, readers.size());
    int limit = Math.min(count, Math.max(FOR_HALF_A_UNIT, share));
    List<Positions> found =
        together.ask(
            dry.stream()
                .<Supplier<Positions>>map(reader -> () -> query.apply(reader.part, limit))
                .toList());
    for (int i = 0; i < dry.size(); i++) {
      dry.get(i).take(found.get(i));
    }
  }

  private static final class Reader {
    private final Deque<Position> read = new ArrayDeque<>();
    private Part part;
    private boolean more;

    Reader(Part part) {
      this.part = part;
      this.more = !part.isEmpty();
    }

    void take(Positions found) {
      read.addAll(found.positions());
      more = found.more();
      part = part.behind(Optional.ofNullable(read.peekLast()));
    }
  }
}
