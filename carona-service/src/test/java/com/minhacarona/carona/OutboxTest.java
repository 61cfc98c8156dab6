package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.Outbox.Answer;
import com.minhacarona.carona.Outbox.Backlog;
import com.minhacarona.carona.Outbox.Changes;
import com.minhacarona.carona.Outbox.State;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final CaronaUpdateResponse ACCEPTED = UpdateProtos.accepted("c1");
  private static final Answer ANSWER = new Answer(UpdateMessage.of(ACCEPTED));

  private final CaronaItem a1 = Versions.of("a", 1);
  private final CaronaItem a2 = Versions.next(a1);
  private final Topic topic = new Topic("cond-1", new AtomicInteger(), new SettableClock());
  private final TopicReader reader = new TopicReader(topic);
  private final Outbox outbox = new Outbox();

  @Test
  void aNewerState_takesThePlaceOfTheOlderOne() {
    CaronaItem b = Versions.of("b", 1);
    assertThat(outbox.add(change(a1))).isFalse();
    outbox.add(ANSWER);
    assertThat(outbox.add(change(b))).isFalse();
    assertThat(outbox.add(change(a2))).isTrue();
    assertThat(taken())
        .containsExactly(UpdateProtos.state(a2, false), ACCEPTED, UpdateProtos.state(b, false));
  }

  @Test
  void aStateThatReplacesAnInitialOne_isInitial() {
    outbox.add(new State(new Update(a1), true));
    outbox.add(change(a2));
    assertThat(taken()).containsExactly(UpdateProtos.state(a2, true));
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
    topic.tell(new Update(a1));
    topic.tell(new Update(Versions.of("b", 1)));
    outbox.add(new Changes(reader));
    outbox.add(ANSWER);
    outbox.add(new Changes(reader));
    assertThat(taken())
        .as("what else waits has its turn between two changes")
        .containsExactly(
            UpdateProtos.state(a1, false),
            ACCEPTED,
            UpdateProtos.state(Versions.of("b", 1), false));
  }

  @Test
  void whatIsNotFollowedAnyMore_isNotSent() {
    outbox.add(change(a1));
    outbox.add(ANSWER);
    CaronaItem b = Versions.of("b", 1);
    outbox.add(change(b));
    outbox.add(new Changes(reader));
    outbox.add(new Backlog(reader.list(List.of(), Map.of())));
    outbox.retain(carona -> carona.id().equals("b"), _ -> false);
    assertThat(outbox.state("a")).isEmpty();
    assertThat(taken()).containsExactly(ACCEPTED, UpdateProtos.state(b, false));
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

  private List<CaronaUpdateResponse> taken() {
    ClientView view = new ClientView();
    return Stream.iterate(outbox.poll(view), Optional::isPresent, _ -> outbox.poll(view))
        .map(Optional::orElseThrow)
        .map(outgoing -> RecordedCall.parsed(outgoing.message()))
        .toList();
  }
}
