package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The state of one update stream: what its client follows and has, and what waits to be sent to it.
 * It never gives out a state that is older than one it gave out before, or than one that its client
 * rightly says it has, unless the table was restored to an earlier state. Knows no call, no lock
 * and no clock. Not thread-safe.
 */
final class StreamState {
  /** A client that sends commands and never reads is heard only until this many answers wait. */
  static final int MAX_ANSWERS = 100;

  private final int maxCaronas;
  private final ClientView view = new ClientView();
  private final Outbox outbox = new Outbox();
  private boolean held;

  /**
   * A stream whose client follows nothing.
   *
   * @param maxCaronas how many rides it may follow, those of condominiums included
   */
  StreamState(int maxCaronas) {
    this.maxCaronas = maxCaronas;
  }

  /** How news was taken. */
  enum Offered {
    /** It is not followed, or the client has it or something newer. */
    NO_NEWS,
    /** It waits. */
    WAITS,
    /** It waits in place of an older change, which is never sent. */
    CONFLATED,
    /** Its ride is one too many: the stream has to end. */
    TOO_MANY
  }

  /**
   * Begins to follow. Nothing is given out until {@link #finishFollowing} or {@link #unfollow}: a
   * state that the feed repeats meanwhile may be older than one that this stream has sent.
   *
   * @param join gives the topic of a condominium, which tells this stream of changes from then on
   * @return what was not followed before
   */
  Subscription beginFollowing(Subscription subscription, Function<String, Topic> join) {
    held = true;
    return view.add(subscription, join);
  }

  /** Where the topics of these condominiums end now. */
  Map<Topic, Long> ends(Set<String> condominioIds) {
    return condominioIds.stream()
        .flatMap(id -> view.topic(id).stream())
        .map(TopicReader::topic)
        .collect(Collectors.toMap(topic -> topic, Topic::last));
  }

  /**
   * Ends what {@link #beginFollowing} began: answers the command, gives out the states that are
   * news, and says that these are all.
   *
   * @param present the states that were read after the beginning; those of condominiums were told
   *     to their topics since. A ride that is not followed is left out
   * @param claims the versions that the client says it has, by id of ride
   * @return false if these would be too many rides; then nothing has changed, and the caller has to
   *     {@link #unfollow}
   */
  boolean finishFollowing(String comandoId, PresentStates present, Map<String, Long> claims) {
    if (view.sizeWith(present.caronas()) > maxCaronas) {
      return false;
    }
    answer(UpdateProtos.accepted(comandoId));
    present.caronas().forEach(carona -> addPresent(carona, claims));
    present
        .ofCondominios()
        .forEach((condominioId, caronas) ->
            view.topic(condominioId).ifPresent(reader -> addPresent(reader, caronas, claims)));
    answer(UpdateProtos.synced(comandoId));
    view.topics().stream()
        .filter(TopicReader::hasUnread)
        .forEach(reader -> outbox.add(new Outbox.Changes(reader)));
    release();
    return true;
  }

  /**
   * A newer state that the feed told of gets its place after the answer, as an initial one. One
   * that waits as an initial one keeps its place, before the end of the command that it belongs to.
   */
  private void addPresent(CaronaItem carona, Map<String, Long> claims) {
    Optional<Outbox.State> waits = outbox.state(carona.id());
    Optional<Update> told =
        view.topic(carona.condominioId())
            .flatMap(reader -> reader.topic().newest(carona.id()))
            .map(Topic.Told::update);
    Update newest =
        Stream.of(waits.map(Outbox.State::update), told, Optional.of(new Update(carona)))
            .flatMap(Optional::stream)
            .max(Comparator.comparingLong(update -> update.carona().versao()))
            .orElseThrow();
    noteWhatWasSent(carona.id());
    boolean news =
        view.present(carona, claims.getOrDefault(carona.id(), 0L)) && view.isNews(newest.carona());
    if (!news || !waits.map(Outbox.State::initial).orElse(false)) {
      outbox.remove(carona.id());
    }
    if (news) {
      outbox.add(new Outbox.State(newest, true));
    }
  }

  /** A ride that is noted from now on may have been sent with its condominium before. */
  private void noteWhatWasSent(String caronaId) {
    if (!view.hasNoted(caronaId)) {
      for (TopicReader reader : view.topics()) {
        long sent = reader.sentVersion(caronaId, outbox.isInBacklog(reader, caronaId));
        if (sent > 0) {
          view.has(caronaId, reader.topic().condominioId(), sent);
        }
      }
    }
  }

  private void addPresent(TopicReader reader, List<CaronaItem> caronas, Map<String, Long> claims) {
    caronas.stream()
        .filter(carona -> view.knows(carona.id()))
        .forEach(carona -> addPresent(carona, claims));
    // Changes come after the present states, and after these only what is told from now on.
    outbox.remove(new Outbox.Changes(reader));
    outbox.add(new Outbox.Backlog(reader.list(caronas, claims)));
  }

  /** Ceases to follow, and drops the states that wait and are not followed any more. */
  void unfollow(Subscription subscription) {
    view.remove(subscription);
    release();
  }

  private void release() {
    outbox.retain(
        carona -> view.knows(carona.id()) && view.isNews(carona), view.topics()::contains);
    held = false;
  }

  /** Takes a state of a ride that is followed by its id, from whenever. */
  Offered offer(Update update) {
    CaronaItem carona = update.carona();
    boolean waits =
        outbox
            .state(carona.id())
            .filter(state -> state.update().carona().versao() >= carona.versao())
            .isPresent();
    if (waits || !view.knows(carona.id()) || !view.isNews(carona)) {
      return Offered.NO_NEWS;
    }
    return outbox.add(new Outbox.State(update, false)) ? Offered.CONFLATED : Offered.WAITS;
  }

  /**
   * Takes the news of a topic.
   *
   * @param replaced the place of the state that is no longer there, 0 if the ride is new
   */
  Offered told(Topic topic, long replaced) {
    Optional<TopicReader> reader =
        view.topic(topic.condominioId()).filter(known -> known.topic() == topic);
    if (reader.isEmpty()) {
      return Offered.NO_NEWS;
    }
    // While a command is carried out, what it has read is told too, and may be refused as a whole.
    if (!held && view.size() > maxCaronas && view.sizeWith(List.of()) > maxCaronas) {
      return Offered.TOO_MANY;
    }
    outbox.add(new Outbox.Changes(reader.get()));
    return reader.get().isUnread(replaced) ? Offered.CONFLATED : Offered.WAITS;
  }

  /** Takes an answer to a command, which nothing replaces. */
  void answer(CaronaUpdateResponse answer) {
    outbox.add(new Outbox.Answer(UpdateMessage.of(answer)));
  }

  /** Gives out what is to be sent next; empty while the client waits for its first states. */
  Optional<Outbox.Outgoing> poll() {
    return held ? Optional.empty() : outbox.poll(view);
  }

  /** Whether the client may send another command. */
  boolean hearsMore() {
    return outbox.answers() < MAX_ANSWERS;
  }

  /** The older rides that the client says it has. */
  Set<String> older() {
    return view.older();
  }

  /** Whether the client follows more condominiums than it may. */
  boolean followsTooMany() {
    return view.topics().size() > Subscription.MAX_CONDOMINIOS;
  }

  Subscription subscription() {
    return view.subscription();
  }
}
