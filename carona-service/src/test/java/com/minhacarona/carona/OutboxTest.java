package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.Outbox.Answer;
import com.minhacarona.carona.Outbox.Backlog;
import com.minhacarona.carona.Outbox.Changes;
import com.minhacarona.carona.Outbox.Entry;
import com.minhacarona.carona.Outbox.State;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final Answer ANSWER =
      new Answer(UpdateMessage.of(CaronaUpdateResponse.getDefaultInstance()));

  private final CaronaItem a1 = Versions.of("a", 1);
  private final CaronaItem a2 = Versions.next(a1);
  private final Topic topic = new Topic("cond-1", new AtomicInteger());
  private final TopicReader reader = new TopicReader(topic);
  private final Outbox outbox = new Outbox();

  @Test
  void aNewerState_takesThePlaceOfTheOlderOne() {
    State b = change(Versions.of("b", 1));
    assertThat(outbox.add(change(a1))).isFalse();
    outbox.add(ANSWER);
    assertThat(outbox.add(b)).isFalse();
    State newer = change(a2);
    assertThat(outbox.add(newer)).isTrue();
    assertThat(taken()).containsExactly(newer, ANSWER, b);
  }

  @Test
  void aStateThatReplacesAnInitialOne_isInitial() {
    outbox.add(new State(new Update(a1), true));
    State newer = change(a2);
    outbox.add(newer);
    assertThat(taken()).containsExactly(new State(newer.update(), true));
  }

  @Test
  void answers_areAllKept_andCounted() {
    outbox.add(ANSWER);
    outbox.add(ANSWER);
    outbox.add(change(a1));
    assertThat(outbox.answers()).isEqualTo(2);
    assertThat(taken()).hasSize(3);
    assertThat(outbox.answers()).isZero();
  }

  @Test
  void changesOfATopic_waitOnce_inTheirPlace() {
    Changes changes = new Changes(reader);
    outbox.add(changes);
    outbox.add(ANSWER);
    outbox.add(new Changes(reader));
    assertThat(taken()).containsExactly(changes, ANSWER);
  }

  @Test
  void whatIsNotFollowedAnyMore_isNotSent() {
    outbox.add(change(a1));
    outbox.add(ANSWER);
    State b = change(Versions.of("b", 1));
    outbox.add(b);
    outbox.add(new Changes(reader));
    outbox.add(new Backlog(reader.list(List.of(), Map.of())));
    outbox.retain(carona -> carona.id().equals("b"), _ -> false);
    assertThat(outbox.state("a")).isEmpty();
    assertThat(taken()).containsExactly(ANSWER, b);
  }

  @Test
  void isInBacklog_untilTheRideWasTaken() {
    topic.read(a1, 0);
    Backlog backlog = new Backlog(reader.list(List.of(a1), Map.of()));
    outbox.add(backlog);
    assertThat(outbox.isInBacklog(reader, "a")).isTrue();
    assertThat(outbox.isInBacklog(new TopicReader(topic), "a")).isFalse();
    assertThat(outbox.isInBacklog(reader, "b")).isFalse();
    assertThat(backlog.states().next()).isPresent();
    assertThat(outbox.isInBacklog(reader, "a")).isFalse();
  }

  private static State change(CaronaItem carona) {
    return new State(new Update(carona), false);
  }

  private List<Entry> taken() {
    List<Entry> taken = new ArrayList<>();
    while (outbox.first().isPresent()) {
      taken.add(outbox.first().orElseThrow());
      outbox.removeFirst();
    }
    return taken;
  }
}
