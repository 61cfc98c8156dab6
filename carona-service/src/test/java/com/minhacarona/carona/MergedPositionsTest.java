package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.CaronaList.Positions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The merge of shards against a list of everything in order, for generated rides. */
class MergedPositionsTest {
  private static final Instant BASE = Instant.parse("2026-12-01T10:00:00Z");
  private static final Instant END = BASE.plusSeconds(3_600);

  /** So few departures that most rides share theirs with others. */
  private static final int DEPARTURES = 40;

  private final Random random = new Random(1);
  private final Map<Integer, List<Position>> shards = new HashMap<>();
  private final List<Integer> asked = new ArrayList<>();

  @BeforeEach
  void forget() {
    asked.clear();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 32, 64})
  void next_ofAnySize_isInOrder_andHasEachOnce(int count) {
    put(count, 1_000);
    for (int size : new int[] {1, 2, 7, 100, 999, 1_000, 1_001}) {
      assertThat(read(merged(count, Optional.empty()), size)).isEqualTo(inOrder());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 32})
  void next_behindEveryPosition_isTheRest(int count) {
    put(count, 300);
    List<Position> all = inOrder();
    for (int i = 0; i < all.size(); i++) {
      assertThat(read(merged(count, Optional.of(all.get(i))), 100))
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void next_behindAPositionOfFewerShards_isTheRestOfAll() {
    put(8, 300);
    List<Position> all = inOrder();
    for (int i = 0; i < all.size(); i += 7) {
      assertThat(read(merged(32, Optional.of(all.get(i))), 10))
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void next_behindAShardThatIsNotReadAnyMore_isTheRestOfTheOthers() {
    put(8, 300);
    List<Position> read = inOrder();
    Position gone = new Position(read.get(100).partida(), 31, "gone");
    assertThat(read(merged(8, Optional.of(gone)), 10))
        .isEqualTo(read.stream().filter(p -> Position.ORDER.compare(p, gone) > 0).toList());
  }

  @Test
  void next_ofOneShard_asksForOneMoreThanIsNeeded() {
    put(1, 300);
    MergedPositions list = merged(1, Optional.empty());
    assertThat(list.next(100)).hasSize(100);
    assertThat(asked).containsExactly(101);
  }

  @Test
  void next_ofManyShards_asksEachForWhatHalfAUnitReads_andNotAgainForLong() {
    put(32, 2_000);
    MergedPositions list = merged(32, Optional.empty());
    assertThat(list.next(100)).hasSize(100);
    assertThat(asked).hasSize(32).containsOnly(MergedPositions.FOR_HALF_A_UNIT);
    for (int i = 0; i < 4; i++) {
      assertThat(list.next(100)).hasSize(100);
    }
    assertThat(asked).hasSize(32);
  }

  @Test
  void next_ofOneRide_asksEachShardForTwo() {
    put(8, 300);
    assertThat(merged(8, Optional.empty()).next(1)).hasSize(1);
    assertThat(asked).hasSize(8).containsOnly(2);
  }

  private void put(int count, int rides) {
    for (int i = 0; i < rides; i++) {
      int shard = random.nextInt(count);
      Instant partida = BASE.plusMillis(random.nextInt(DEPARTURES));
      shards
          .computeIfAbsent(shard, _ -> new ArrayList<>())
          .add(new Position(partida, shard, "c" + i));
    }
    shards.values().forEach(shard -> shard.sort(Position.ORDER)); // Ties stay in any order.
  }

  private List<Position> inOrder() {
    return shards.values().stream().flatMap(List::stream).sorted(Position.ORDER).toList();
  }

  private MergedPositions merged(int count, Optional<Position> after) {
    return new MergedPositions(
        IntStream.range(0, count).mapToObj(shard -> Part.ofShard(shard, BASE, END, after)).toList(),
        this::query,
        questions -> questions.stream().map(Supplier::get).toList());
  }

  private Positions query(Part part, int limit) {
    asked.add(limit);
    List<Position> shard =
        shards.getOrDefault(part.shard(), List.of()).stream()
            .filter(p -> !p.partida().isBefore(part.from()) && p.partida().isBefore(part.until()))
            .toList();
    List<Position> left =
        part.after().map(p -> shard.subList(shard.indexOf(p) + 1, shard.size())).orElse(shard);
    return new Positions(left.subList(0, Math.min(limit, left.size())), left.size() > limit);
  }

  private static List<Position> read(MergedPositions list, int size) {
    List<Position> all = new ArrayList<>();
    List<Position> next;
    do {
      next = list.next(size);
      all.addAll(next);
    } while (next.size() == size);
    return all;
  }
}
