package com.minhacarona.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class KeysTest {
  private static final Instant PARTIDA = Instant.parse("2026-11-22T09:30:00Z");

  @Test
  void caronaId_isThatOfTheRideAndOfItsReservations() {
    assertThat(Keys.caronaId(Keys.carona("c1"))).isEqualTo("c1");
    assertThat(Keys.caronaId(Keys.reserva("c1", "ana"))).isEqualTo("c1");
  }

  @Test
  void caronaId_ofAnotherKind_isNone() {
    assertThatThrownBy(() -> Keys.caronaId(Keys.usuario("ana")))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessageContaining("is no ride and no reservation");
  }

  @Test
  void areIn_whatHasBothKeysAsTexts() {
    assertThat(Keys.areIn(Keys.carona("c1"))).isTrue();
    for (String key : List.of("PK", "SK")) {
      Map<String, AttributeValue> item = new HashMap<>(Keys.carona("c1"));
      item.put(key, Values.n(1));
      assertThat(Keys.areIn(item)).isFalse();
      item.remove(key);
      assertThat(Keys.areIn(item)).isFalse();
    }
  }

  @Test
  void isRecusa_isTrueOfNoOtherKind() {
    assertThat(Keys.isRecusa(Keys.recusa("c1", "ana", "r1"))).isTrue();
    assertThat(Keys.isRecusa(Keys.carona("c1"))).isFalse();
    assertThat(Keys.isRecusa(Keys.reserva("c1", "ana"))).isFalse();
  }

  @Test
  void pointersFrom_isBeforeThePointersOfThatInstant_andAfterEarlierOnes() {
    String bound = Keys.pointersFrom(PARTIDA).s();
    assertThat(sortKey(PARTIDA)).isGreaterThan(bound);
    assertThat(sortKey(PARTIDA.minusMillis(1))).isLessThan(bound);
  }

  @Test
  void pointerPartition_isThatOfThePointersOfTheCondominio() {
    assertThat(Keys.pointer("cond-1", PARTIDA, "c1"))
        .containsEntry("PK", Keys.pointerPartition("cond-1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32})
  void shardOf_isOneOfTheShards_andUsesEachOfThem(int shards) {
    List<Integer> used =
        IntStream.range(0, 1_000)
            .map(i -> OpenCaronaIndex.shardOf(caronaId(i), shards))
            .distinct()
            .sorted()
            .boxed()
            .toList();
    assertThat(used).isEqualTo(IntStream.range(0, shards).boxed().toList());
  }

  @Test
  void partition_ofTheIndex_isThatOfTheRidesInTheShard() {
    assertThat(OpenCaronaIndex.keys(3, PARTIDA)).containsAllEntriesOf(OpenCaronaIndex.partition(3));
    assertThat(OpenCaronaIndex.partition(3))
        .isNotEmpty()
        .isNotEqualTo(OpenCaronaIndex.partition(4));
    assertThat(OpenCaronaIndex.partida(OpenCaronaIndex.keys(3, PARTIDA))).isEqualTo(PARTIDA);
  }

  /** Ids of rides are UUIDs. */
  private static String caronaId(int number) {
    return UUID.nameUUIDFromBytes(("carona " + number).getBytes(UTF_8)).toString();
  }

  private static String sortKey(Instant partida) {
    return Keys.pointer("cond-1", partida, "c1").get("SK").s();
  }
}
