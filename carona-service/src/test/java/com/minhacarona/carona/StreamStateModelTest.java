package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.StreamState.Offered;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of whatever can happen to a stream, beside a model of what its client may be
 * told: six rides of two condominiums, a feed that repeats and reorders, and a client that follows,
 * ceases to, and says what it has.
 */
class StreamStateModelTest {
  private static final int CARONAS = 6;
  private static final int STEPS = 300;

  /** Each mutation of the state that was tried failed within the first ten. */
  private static final int SEQUENCES = Boolean.getBoolean("soak") ? 5_000 : 300;

  private final StreamState state = new StreamState(1_000);

  /** All states that every ride has had, the present one last. */
  private final List<List<CaronaItem>> history = new ArrayList<>();

  /** The rides that the client follows. */
  private final Set<String> caronaIds = new HashSet<>();

  /** The condominiums that the client follows. */
  private final Set<String> condominioIds = new HashSet<>();

  /** The version of each followed ride that the client has or will be given. */
  private final Map<String, Long> newest = new HashMap<>();

  /** The rides of which a state waits for the client. */
  private final Set<String> waiting = new HashSet<>();

  /** The newest state that the client was ever given. */
  private final Map<String, Long> given = new HashMap<>();

  private Random random;

  @Test
  @Tag("soak")
  void aClient_neverGoesBack_andEndsWithThePresentStates() {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      try {
        new StreamStateModelTest().run(seed);
      } catch (AssertionError e) {
        throw new AssertionError("with seed " + seed, e);
      }
    }
  }

  private void run(int seed) {
    random = new Random(seed);
    for (int i = 0; i < CARONAS; i++) {
      history.add(new ArrayList<>(List.of(Versions.of("c" + i, "cond-" + i % 2, 1))));
    }
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(8)) {
        case 0 -> follow("step-" + step);
        case 1 -> unfollow();
        case 2, 3 -> change();
        case 4, 5, 6 -> offer(any(any(history)));
        default -> readSome(random.nextInt(4));
      }
    }
    history.forEach(states -> offer(states.getLast()));
    readSome(Integer.MAX_VALUE);
    for (List<CaronaItem> states : history) {
      CaronaItem present = states.getLast();
      if (follows(present)) {
        assertThat(newest).containsEntry(present.id(), present.versao());
        assertThat(given.getOrDefault(present.id(), 0L)).isLessThanOrEqualTo(present.versao());
      }
    }
    assertThat(waiting).isEmpty();
    assertThat(state.known()).isEqualTo(newest.keySet());
    assertThat(state.subscription()).isEqualTo(new Subscription(caronaIds, condominioIds));
  }

  private void follow(String comandoId) {
    Subscription wanted = subscription();
    Map<String, Long> known = new HashMap<>();
    for (List<CaronaItem> states : history) {
      // A client says what it was given, on this stream or on one before.
      if (random.nextInt(4) == 0) {
        CaronaItem said = any(states);
        known.put(said.id(), said.versao());
        given.merge(said.id(), said.versao(), Math::max);
      }
    }
    Set<String> before = new HashSet<>(caronaIds);
    before.addAll(condominioIds);
    Subscription added = state.beginFollowing(wanted, known);
    caronaIds.addAll(wanted.caronaIds());
    condominioIds.addAll(wanted.condominioIds());
    assertThat(added.caronaIds()).noneMatch(before::contains);
    assertThat(added.condominioIds()).noneMatch(before::contains);
    known.forEach((id, versao) -> {
      if (versao >= newest.getOrDefault(id, 0L)) {
        waiting.remove(id);
        newest.put(id, versao);
      }
    });

    happenings();
    List<CaronaItem> present =
        history.stream()
            .map(List::getLast)
            .filter(c ->
                wanted.caronaIds().contains(c.id())
                    || wanted.condominioIds().contains(c.condominioId()))
            .toList();
    happenings();

    if (random.nextInt(5) == 0) { // The reading failed.
      state.unfollow(added);
      caronaIds.removeAll(added.caronaIds());
      condominioIds.removeAll(added.condominioIds());
      forget();
      return;
    }
    assertThat(state.finishFollowing(comandoId, present)).isTrue();
    for (CaronaItem carona : present) {
      if (newest.getOrDefault(carona.id(), 0L) < carona.versao()) {
        newest.put(carona.id(), carona.versao());
        waiting.add(carona.id());
      }
    }
    forget();
  }

  /** Changes and tellings between the beginning and the end of following: nothing is given out. */
  private void happenings() {
    for (int i = random.nextInt(4); i > 0; i--) {
      if (random.nextBoolean()) {
        change();
      } else {
        offer(any(any(history)));
      }
      assertThat(state.poll()).isEmpty();
    }
  }

  private void unfollow() {
    Subscription less = subscription();
    state.unfollow(less);
    caronaIds.removeAll(less.caronaIds());
    condominioIds.removeAll(less.condominioIds());
    forget();
  }

  private void change() {
    List<CaronaItem> states = any(history);
    states.add(Versions.next(states.getLast()));
  }

  private void offer(CaronaItem carona) {
    Offered offered = state.offer(Update.of(carona));
    boolean news = follows(carona) && newest.getOrDefault(carona.id(), 0L) < carona.versao();
    if (!news) {
      assertThat(offered).isEqualTo(Offered.NO_NEWS);
    } else {
      assertThat(offered)
          .isEqualTo(waiting.contains(carona.id()) ? Offered.CONFLATED : Offered.WAITS);
      waiting.add(carona.id());
      newest.put(carona.id(), carona.versao());
    }
  }

  private void readSome(int count) {
    for (int i = 0; i < count; i++) {
      Optional<Outbox.Entry> next = state.poll();
      if (next.isEmpty()) {
        break;
      }
      CaronaUpdateResponse message = next.get().message();
      if (message.hasAtualizacao()) {
        Carona carona = message.getAtualizacao().getCarona();
        assertThat(waiting.remove(carona.getId())).as("waits once, and is followed").isTrue();
        assertThat(carona.getVersao()).as("the newest").isEqualTo(newest.get(carona.getId()));
        assertThat(carona.getVersao())
            .as("never goes back")
            .isGreaterThanOrEqualTo(given.getOrDefault(carona.getId(), 0L));
        given.put(carona.getId(), carona.getVersao());
      }
    }
  }

  private Subscription subscription() {
    return random.nextInt(3) == 0
        ? new Subscription(Set.of(), Set.of("cond-" + random.nextInt(2)))
        : new Subscription(Set.of(any(history).getFirst().id()), Set.of());
  }

  private boolean follows(CaronaItem carona) {
    return caronaIds.contains(carona.id()) || condominioIds.contains(carona.condominioId());
  }

  /** A client that ceased to follow a ride is told its state again when it follows it again. */
  private void forget() {
    for (List<CaronaItem> states : history) {
      CaronaItem carona = states.getFirst();
      if (!follows(carona)) {
        newest.remove(carona.id());
        waiting.remove(carona.id());
      }
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
