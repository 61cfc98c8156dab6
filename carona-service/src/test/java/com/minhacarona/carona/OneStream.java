package com.minhacarona.carona;

import com.minhacarona.carona.Outbox.Outgoing;
import com.minhacarona.carona.StreamState.Offered;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The state of a stream, with topics that it may share with others, and what it has given out. */
final class OneStream {
  final StreamState state;

  /** Rides that are too old to be read with their condominium. */
  final Set<String> older = new HashSet<>();

  private final SettableClock clock = new SettableClock();
  private final int maxCaronas;
  private final Map<String, Topic> topics;
  private Subscription asked = Subscription.NOTHING;
  private Map<String, Long> claims = Map.of();
  private Map<Topic, Long> ends = Map.of();

  OneStream(int maxCaronas) {
    this(maxCaronas, new HashMap<>());
  }

  OneStream(int maxCaronas, Map<String, Topic> topics) {
    this.maxCaronas = maxCaronas;
    this.state = new StreamState(maxCaronas);
    this.topics = topics;
  }

  Subscription begin(Subscription subscription) {
    return begin(subscription, Map.of());
  }

  Subscription begin(Subscription subscription, Map<String, Long> versoesConhecidas) {
    asked = subscription;
    claims = versoesConhecidas;
    Subscription added =
        state.beginFollowing(
            subscription,
            id -> topics.computeIfAbsent(id, _ -> new Topic(id, new AtomicInteger(), clock)));
    ends = state.ends(subscription.condominioIds());
    return added;
  }

  /** Ends what was begun with the states that were read. */
  boolean finish(String comandoId, CaronaItem... present) {
    return finish(comandoId, List.of(present), List.of(this));
  }

  /**
   * Likewise.
   *
   * @param others streams that share topics with this one
   */
  boolean finish(String comandoId, Collection<CaronaItem> present, Collection<OneStream> others) {
    Map<String, List<CaronaItem>> ofCondominios =
        asked.condominioIds().stream()
            .collect(Collectors.toMap(id -> id, id -> listed(present, id)));
    ends.forEach((topic, end) ->
        ofCondominios
            .get(topic.condominioId())
            .forEach(carona -> told(topic, topic.read(carona, end), others)));
    List<CaronaItem> caronas = new ArrayList<>(present);
    ofCondominios.values().forEach(caronas::removeAll);
    return state.finishFollowing(comandoId, new PresentStates(ofCondominios, caronas), claims);
  }

  private List<CaronaItem> listed(Collection<CaronaItem> present, String condominioId) {
    return present.stream()
        .filter(c -> c.condominioId().equals(condominioId) && !older.contains(c.id()))
        .toList();
  }

  /** All rides of all topics are over for long. */
  void forgetRidesThatAreOver() {
    clock.advance(Duration.ofHours(2));
    topics.values().forEach(topic -> topic.forget(Instant.parse("2027-12-01T00:00:00Z")));
  }

  /** Another stream with the same topics. */
  OneStream beside() {
    return new OneStream(maxCaronas, topics);
  }

  private static void told(Topic topic, OptionalLong replaced, Collection<OneStream> streams) {
    replaced.ifPresent(place -> streams.forEach(stream -> stream.state.told(topic, place)));
  }

  /** The feed tells a state; what the stream says of it. */
  Offered tell(CaronaItem carona) {
    return tell(carona, topics, List.of(this));
  }

  /** The feed tells a state to several streams; what the last one says of it. */
  static Offered tell(CaronaItem carona, Map<String, Topic> topics, Collection<OneStream> to) {
    Offered offered = Offered.NO_NEWS;
    Update update = new Update(carona);
    Topic topic = topics.get(carona.condominioId());
    OptionalLong replaced = topic == null ? OptionalLong.empty() : topic.tell(update);
    for (OneStream stream : to) {
      if (replaced.isPresent()) {
        offered = stream.state.told(topic, replaced.getAsLong());
      }
      if (stream.state.subscription().caronaIds().contains(carona.id())) {
        offered = stream.state.offer(update);
      }
    }
    return offered;
  }

  /** Begins and ends at once, and drops what is given out. */
  void follow(Subscription subscription, CaronaItem... present) {
    begin(subscription);
    finish("c", present);
    sent();
  }

  Optional<CaronaUpdateResponse> poll() {
    return state.poll().map(Outgoing::message).map(RecordedCall::parsed);
  }

  /** All that is given out. */
  List<CaronaUpdateResponse> sent() {
    return Stream.iterate(poll(), Optional::isPresent, _ -> poll())
        .map(Optional::orElseThrow)
        .toList();
  }

  /** The versions of the states that are given out. */
  List<Long> versions() {
    return sent().stream()
        .filter(CaronaUpdateResponse::hasAtualizacao)
        .map(response -> response.getAtualizacao().getCarona().getVersao())
        .toList();
  }
}
