package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaItem.Status;
import com.minhacarona.table.Examples;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final CaronaUpdateResponse ANSWER = CaronaUpdateResponse.getDefaultInstance();

  private final CaronaItem a1 = Examples.carona("a", Instant.parse("2026-12-01T10:00:00Z"));
  private final CaronaItem a2 = a1.withStatus(Status.EM_ANDAMENTO, 4, "", a1.criadaEm());
  private final CaronaItem b1 = Examples.carona("b", Instant.parse("2026-12-01T10:00:00Z"));
  private final Outbox outbox = new Outbox();

  @Test
  void aNewerState_takesThePlaceOfTheOlderOne() {
    assertThat(outbox.add(Update.of(a1))).isFalse();
    outbox.add(ANSWER);
    assertThat(outbox.add(Update.of(b1))).isFalse();
    assertThat(outbox.add(Update.of(a2))).isTrue();
    assertThat(sent()).containsExactly(Update.of(a2).message(), ANSWER, Update.of(b1).message());
  }

  @Test
  void aStateThatReplacesAnInitialOne_isInitial() {
    outbox.add(Update.initial(a1));
    outbox.add(Update.of(a2));
    assertThat(sent()).containsExactly(Update.initial(a2).message());
  }

  @Test
  void answers_areAllKept_andCounted() {
    outbox.add(ANSWER);
    outbox.add(ANSWER);
    outbox.add(Update.of(a1));
    assertThat(outbox.answers()).isEqualTo(2);
    assertThat(sent()).hasSize(3);
    assertThat(outbox.answers()).isZero();
  }

  @Test
  void whatIsNotFollowedAnyMore_isNotSent() {
    outbox.add(Update.of(a1));
    outbox.add(ANSWER);
    outbox.add(Update.of(b1));
    outbox.retain(carona -> carona.id().equals("b"));
    assertThat(outbox.state("a")).isEmpty();
    assertThat(sent()).containsExactly(ANSWER, Update.of(b1).message());
  }

  private List<CaronaUpdateResponse> sent() {
    return Stream.iterate(outbox.poll(), Optional::isPresent, _ -> outbox.poll())
        .map(entry -> entry.orElseThrow().message())
        .toList();
  }
}
