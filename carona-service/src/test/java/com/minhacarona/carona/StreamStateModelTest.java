package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of whatever can happen to streams, beside a model of what each client may be
 * told: seven rides of two condominiums, one of them too old to be listed; a feed that repeats and
 * reorders; and three clients that share topics, follow, cease to, and say what they have, which
 * may be what nobody has.
 */
class StreamStateModelTest {
  private static final int CARONAS = 7;
  private static final String OLD = "c6";
  private static final int CLIENTS = 3;
  private static final int STEPS = 400;

  /** More than the versions that a ride gets in so many steps. */
  private static final long NOBODY_HAS = STEPS;

  /** Each mutation of the state that was tried failed within the first hundred. */
  private static final int SEQUENCES = Boolean.getBoolean("soak") ? 5_000 : 300;

  /** All states that every ride has had, the present one last. */
  private final List<List<CaronaItem>> history = new ArrayList<>();

  private final Map<String, Topic> topics = new HashMap<>();
  private final List<Client> clients =
      Stream.generate(Client::new).limit(CLIENTS).collect(Collectors.toList());
  private Random random;

  /** One client, and what its stream may tell it. */
  private final class Client {
    final OneStream stream = new OneStream(1_000, topics);

    /** The version of each ride that it was given since it follows the ride. */
    final Map<String, Long> given = new HashMap<>();

    /** The version of each ride that it rightly says it has. */
    final Map<String, Long> has = new HashMap<>();

    /** The newest version of each ride that its stream was told of since it follows the ride. */
    final Map<String, Long> told = new HashMap<>();

    /** The rides that it follows by their ids and with their condominium, or did. */
    final Set<String> twice = new HashSet<>();

    /** The versions that it must have when a command is said to be synchronized. */
    final Map<String, Map<String, Long>> due = new HashMap<>();

    /** Commands that were accepted, of which not all present states were given out. */
    int open;

    Optional<Command> command = Optional.empty();

    Client() {
      stream.older.add(OLD);
    }
  }

  /** A command to follow that is being carried out; its reading is empty before it was read. */
  private record Command(
      String id,
      Subscription wanted,
      Subscription added,
      Map<String, Long> claims,
      Optional<List<CaronaItem>> reading) {}

  @Test
  @Tag("soak")
  void clients_neverGoBack_andEndWithThePresentStates() {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      try {
        new StreamStateModelTest().run(seed);
      } catch (AssertionError | RuntimeException e) {
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
      Client client = any(clients);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> goOn(client, "step-" + step);
        case 3 -> unfollow(client);
        case 4, 5 -> change();
        case 6, 7 -> tell(any(any(history)));
        default -> readSome(client, random.nextInt(4));
      }
    }
    for (Client client : clients) {
      while (client.command.isPresent()) {
        goOn(client, "");
      }
    }
    history.forEach(states -> tell(states.getLast()));
    clients.forEach(this::isUpToDate);
  }

  private void isUpToDate(Client client) {
    readSome(client, Integer.MAX_VALUE);
    for (List<CaronaItem> states : history) {
      CaronaItem present = states.getLast();
      boolean wasListed = !present.id().equals(OLD) || has(client, OLD) > 0;
      if (follows(client, present) && wasListed) {
        assertThat(has(client, present.id())).isEqualTo(present.versao());
      }
    }
    assertThat(client.due).isEmpty();
    assertThat(client.stream.poll()).isEmpty();
  }

  /** Begins to follow, or reads, or ends what was begun. */
  private void goOn(Client client, String id) {
    if (client.command.isEmpty()) {
      Subscription wanted = subscription();
      Map<String, Long> claims = claims();
      client.command =
          Optional.of(
              new Command(
                  id, wanted, client.stream.begin(wanted, claims), claims, Optional.empty()));
      return;
    }
    Command command = client.command.get();
    noteTwice(client, command);
    if (command.reading().isEmpty()) {
      client.command =
          Optional.of(
              new Command(
                  command.id(),
                  command.wanted(),
                  command.added(),
                  command.claims(),
                  Optional.of(reading(command))));
      return;
    }
    client.command = Optional.empty();
    if (random.nextInt(5) == 0) { // The reading failed.
      client.stream.state.unfollow(command.added());
      forget(client, command.added());
    } else {
      finish(client, command, command.reading().get());
    }
  }

  /** A ride of which a stream hears in two ways may be told in an older state first. */
  private void noteTwice(Client client, Command command) {
    Subscription followed = client.stream.state.subscription();
    history.stream()
        .map(List::getFirst)
        .filter(c ->
            followed.condominioIds().contains(c.condominioId())
                && (followed.caronaIds().contains(c.id()) || command.claims().containsKey(c.id())))
        .forEach(c -> client.twice.add(c.id()));
  }

  private List<CaronaItem> reading(Command command) {
    return history.stream()
        .map(List::getLast)
        .filter(c ->
            command.wanted().caronaIds().contains(c.id())
                || command.claims().containsKey(c.id())
                || (wants(command, c) && !c.id().equals(OLD)))
        .toList();
  }

  private void finish(Client client, Command command, List<CaronaItem> reading) {
    List<OneStream> all = clients.stream().map(other -> other.stream).toList();
    assertThat(client.stream.finish(command.id(), reading, all)).isTrue();
    Map<String, Long> due = new HashMap<>();
    for (CaronaItem carona : reading) {
      if (follows(client, carona)) {
        due.put(carona.id(), carona.versao());
        client.told.merge(carona.id(), carona.versao(), Math::max);
      }
    }
    for (List<CaronaItem> states : history) {
      CaronaItem carona = states.getFirst();
      long claimed = command.claims().getOrDefault(carona.id(), 0L);
      if (follows(client, carona) && claimed < NOBODY_HAS) {
        client.has.merge(carona.id(), claimed, Math::max);
      }
    }
    client.due.put(command.id(), due);
  }

  private static boolean wants(Command command, CaronaItem carona) {
    return command.wanted().caronaIds().contains(carona.id())
        || command.wanted().condominioIds().contains(carona.condominioId());
  }

  /** A client says what it was given, here or elsewhere, or what nobody has yet. */
  private Map<String, Long> claims() {
    Map<String, Long> claims = new HashMap<>();
    for (List<CaronaItem> states : history) {
      int dice = random.nextInt(8);
      if (dice < 2) {
        claims.put(states.getFirst().id(), any(states).versao());
      } else if (dice == 2) {
        claims.put(states.getFirst().id(), states.getLast().versao() + 400 + random.nextInt(500));
      }
    }
    return claims;
  }

  private void unfollow(Client client) {
    if (client.command.isEmpty()) {
      Subscription less = subscription();
      client.stream.state.unfollow(less);
      forget(client, less);
    }
  }

  private void change() {
    List<CaronaItem> states = any(history);
    states.add(Versions.next(states.getLast()));
  }

  private void tell(CaronaItem carona) {
    OneStream.tell(carona, topics, clients.stream().map(client -> client.stream).toList());
    clients.stream()
        .filter(client -> follows(client, carona))
        .forEach(client -> client.told.merge(carona.id(), carona.versao(), Math::max));
  }

  private void readSome(Client client, int count) {
    for (int i = 0; i < count; i++) {
      Optional<CaronaUpdateResponse> next = client.stream.poll();
      if (next.isEmpty()) {
        return;
      }
      assertThat(client.command).as("nothing is given out meanwhile").isEmpty();
      switch (next.get().getEventoCase()) {
        case RESULTADO -> client.open++;
        case SINCRONIZADO -> {
          client.open--;
          client
              .due
              .remove(next.get().getSincronizado().getComandoId())
              .forEach((id, versao) -> assertThat(has(client, id)).isGreaterThanOrEqualTo(versao));
        }
        default -> received(client, next.get().getAtualizacao());
      }
    }
  }

  private void received(Client client, CaronaUpdateResponse.Atualizacao update) {
    Carona carona = update.getCarona();
    assertThat(follows(client, history.get(carona.getId().charAt(1) - '0').getFirst())).isTrue();
    assertThat(carona.getVersao())
        .as("newer than what it was given")
        .isGreaterThan(client.given.getOrDefault(carona.getId(), 0L))
        .as("not older than what it has")
        .isGreaterThanOrEqualTo(client.has.getOrDefault(carona.getId(), 0L));
    if (!client.twice.contains(carona.getId())) {
      assertThat(carona.getVersao())
          .as("the newest that was told")
          .isGreaterThanOrEqualTo(client.told.getOrDefault(carona.getId(), 0L));
    }
    if (update.getInicial()) {
      assertThat(client.open).as("present states belong to a command").isPositive();
    }
    client.given.put(carona.getId(), carona.getVersao());
  }

  private static long has(Client client, String id) {
    return Math.max(client.given.getOrDefault(id, 0L), client.has.getOrDefault(id, 0L));
  }

  private Subscription subscription() {
    return random.nextInt(3) == 0
        ? new Subscription(Set.of(), Set.of("cond-" + random.nextInt(2)))
        : new Subscription(Set.of(any(history).getFirst().id()), Set.of());
  }

  private static boolean follows(Client client, CaronaItem carona) {
    Subscription followed = client.stream.state.subscription();
    return followed.caronaIds().contains(carona.id())
        || followed.condominioIds().contains(carona.condominioId());
  }

  /**
   * A client that ceased to follow a ride is told its state again when it follows it again. A topic
   * that nobody follows is forgotten.
   */
  private void forget(Client client, Subscription less) {
    for (List<CaronaItem> states : history) {
      CaronaItem carona = states.getFirst();
      if (!follows(client, carona)) {
        client.given.remove(carona.id());
        client.has.remove(carona.id());
        client.told.remove(carona.id());
        client.twice.remove(carona.id());
      }
      // What is still followed otherwise may come later.
      if (less.caronaIds().contains(carona.id())
          || less.condominioIds().contains(carona.condominioId())) {
        client.due.values().forEach(due -> due.remove(carona.id()));
      }
    }
    Set<String> followed = new HashSet<>();
    clients.forEach(other -> followed.addAll(other.stream.state.subscription().condominioIds()));
    topics.keySet().retainAll(followed);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
