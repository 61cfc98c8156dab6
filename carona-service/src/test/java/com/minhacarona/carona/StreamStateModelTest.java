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
 * ceases to, and says what it has, which may be what nobody has.
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

  /** The version of each followed ride that the client was given on this stream. */
  private final Map<String, Long> sent = new HashMap<>();

  /** The version of each followed ride that the client says it has. */
  private final Map<String, Long> claimed = new HashMap<>();

  /** The version of each followed ride that waits for the client. */
  private final Map<String, Long> waiting = new HashMap<>();

  /** The followed rides that were seen or claimed. */
  private final Set<String> known = new HashSet<>();

  /** Claims of commands that were refused: no state was read that they could be compared with. */
  private final Set<String> unverified = new HashSet<>();

  /** Whether states are being read. */
  private boolean held;

  /** The newest state that the client was ever given, here or elsewhere. */
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
      if (follows(present) && !unverified.contains(present.id())) {
        assertThat(has(present)).isEqualTo(present.versao());
        assertThat(given).containsEntry(present.id(), present.versao());
      }
    }
    assertThat(waiting).isEmpty();
    assertThat(state.known()).isEqualTo(known);
    assertThat(state.subscription()).isEqualTo(new Subscription(caronaIds, condominioIds));
  }

  private void follow(String comandoId) {
    Subscription wanted = subscription();
    Map<String, Long> claims = claims();
    Set<String> before = new HashSet<>(caronaIds);
    before.addAll(condominioIds);
    Subscription added = state.beginFollowing(wanted, claims);
    held = true;
    caronaIds.addAll(wanted.caronaIds());
    condominioIds.addAll(wanted.condominioIds());
    assertThat(added.caronaIds()).noneMatch(before::contains);
    assertThat(added.condominioIds()).noneMatch(before::contains);
    claims.forEach((id, versao) -> claimed.merge(id, versao, Math::max));
    known.addAll(claims.keySet());

    happenings();
    List<CaronaItem> present =
        history.stream()
            .map(List::getLast)
            .filter(c ->
                wanted.caronaIds().contains(c.id())
                    || wanted.condominioIds().contains(c.condominioId())
                    || claims.containsKey(c.id()))
            .toList();
    happenings();

    held = false;
    if (random.nextInt(5) == 0) { // The reading failed.
      unverified.addAll(claims.keySet());
      state.unfollow(added);
      caronaIds.removeAll(added.caronaIds());
      condominioIds.removeAll(added.condominioIds());
      forget();
      return;
    }
    assertThat(state.finishFollowing(comandoId, present)).isTrue();
    for (CaronaItem carona : present) {
      if (follows(carona)) {
        known.add(carona.id());
        unverified.remove(carona.id());
        claimed.computeIfPresent(
            carona.id(), (_, versao) -> versao > carona.versao() ? null : versao);
        waiting.merge(carona.id(), carona.versao(), Math::max);
      }
    }
    forget();
  }

  /** A client says what it was given, on this stream or on one before, or what nobody has yet. */
  private Map<String, Long> claims() {
    Map<String, Long> claims = new HashMap<>();
    for (List<CaronaItem> states : history) {
      int dice = random.nextInt(8);
      if (dice < 2) {
        CaronaItem said = any(states);
        claims.put(said.id(), said.versao());
        given.merge(said.id(), said.versao(), Math::max);
      } else if (dice == 2) {
        CaronaItem last = states.getLast();
        claims.put(last.id(), last.versao() + 20 + random.nextInt(500));
      }
    }
    return claims;
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
    boolean news =
        follows(carona)
            && waiting.getOrDefault(carona.id(), 0L) < carona.versao()
            && (held ? sent.getOrDefault(carona.id(), 0L) : has(carona)) < carona.versao();
    if (follows(carona)) {
      known.add(carona.id());
    }
    if (!news) {
      assertThat(offered).isEqualTo(Offered.NO_NEWS);
    } else {
      assertThat(offered)
          .isEqualTo(waiting.containsKey(carona.id()) ? Offered.CONFLATED : Offered.WAITS);
      waiting.put(carona.id(), carona.versao());
    }
  }

  /** The version that the client has, as far as it is known. */
  private long has(CaronaItem carona) {
    return Math.max(sent.getOrDefault(carona.id(), 0L), claimed.getOrDefault(carona.id(), 0L));
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
        assertThat(waiting.remove(carona.getId()))
            .as("waits once, is followed, and is the newest")
            .isEqualTo(carona.getVersao());
        sent.put(carona.getId(), carona.getVersao());
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

  /**
   * A client that ceased to follow a ride is told its state again when it follows it again. What it
   * has does not wait any more.
   */
  private void forget() {
    for (List<CaronaItem> states : history) {
      CaronaItem carona = states.getFirst();
      if (!follows(carona)) {
        sent.remove(carona.id());
        claimed.remove(carona.id());
        waiting.remove(carona.id());
        known.remove(carona.id());
        unverified.remove(carona.id());
      } else if (waiting.getOrDefault(carona.id(), 0L) <= has(carona)) {
        waiting.remove(carona.id());
      }
    }
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
