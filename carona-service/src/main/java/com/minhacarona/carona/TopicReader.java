package com.minhacarona.carona;

import com.minhacarona.carona.Topic.Told;
import com.minhacarona.table.CaronaItem;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads a topic for one client: knows up to which place the client was told. Not thread-safe. */
final class TopicReader {
  private final Topic topic;

  /** What was told up to here was sent, or stands in a backlog. */
  private long place;

  /** Where the first backlog ends, which lists all present states; negative before that. */
  private long firstEnd = -1;

  /** Rides of the topic that the first backlog left out, because they are too old by now. */
  private Set<String> leftOut = Set.of();

  /**
   * The versions that were sent in place of a present state, of rides that have a place further on
   * by now. Empty unless a backlog waits.
   */
  private final Map<String, Long> sentAhead = new HashMap<>(0);

  /** A reader whose client will be told of what is told from now on. */
  TopicReader(Topic topic) {
    this.topic = topic;
    this.place = topic.last();
  }

  Topic topic() {
    return topic;
  }

  /** Present states that wait for the client. Not thread-safe. */
  final class Backlog {
    private final List<CaronaItem> states;
    private final long end;
    private int next;

    private Backlog(List<CaronaItem> states, long end) {
      this.states = states;
      this.end = end;
    }

    TopicReader reader() {
      return TopicReader.this;
    }

    /** Whether a ride is still to come. */
    boolean contains(String caronaId) {
      return states.subList(next, states.size()).stream()
          .anyMatch(carona -> carona.id().equals(caronaId));
    }

    /** Takes the next ride that is news, in its newest state. A ride that is over is left out. */
    Optional<Update> next() {
      Optional<Told> told = Optional.empty();
      while (next < states.size() && told.isEmpty()) {
        told = topic.newest(states.get(next++).id()).filter(state -> isNews(state, end));
      }
      return told.map(Told::update);
    }
  }

  /**
   * Lists the present states: at first all of the condominium, later those of which the client was
   * not told yet. What is told from now on is a change.
   *
   * @param read the states that were read, all of them told to the topic; streams that share them
   *     share the list
   * @param claims the versions that the client says it has. One above the present version counts as
   *     none
   */
  Backlog list(List<CaronaItem> read, Map<String, Long> claims) {
    long end = topic.last();
    boolean first = firstEnd < 0;
    List<CaronaItem> states = first ? read : List.of();
    Collection<Told> meanwhile = topic.between(place, end);
    if (!meanwhile.isEmpty()) {
      states = withThose(states, meanwhile);
    }
    if (first) {
      leftOut = topic.caronaIds().size() > states.size() ? withoutThose(states) : Set.of();
      firstEnd = end;
    }
    if (!claims.isEmpty()) {
      states = states.stream().filter(carona -> !isClaimed(carona.id(), claims)).toList();
    }
    place = end;
    return new Backlog(states, end);
  }

  private static List<CaronaItem> withThose(List<CaronaItem> states, Collection<Told> meanwhile) {
    SequencedMap<String, CaronaItem> all = new LinkedHashMap<>();
    states.forEach(carona -> all.put(carona.id(), carona));
    meanwhile.forEach(told -> all.putIfAbsent(told.carona().id(), told.carona()));
    return all.size() == states.size() ? states : List.copyOf(all.values());
  }

  private Set<String> withoutThose(List<CaronaItem> states) {
    Set<String> others = new HashSet<>(topic.caronaIds());
    states.forEach(carona -> others.remove(carona.id()));
    return others;
  }

  private boolean isClaimed(String caronaId, Map<String, Long> claims) {
    Long claimed = claims.get(caronaId);
    return claimed != null
        && topic.newest(caronaId).filter(told -> told.carona().versao() == claimed).isPresent();
  }

  /** Takes the first change that the client was not told of; none may wait in a backlog. */
  Optional<Update> change() {
    Optional<Told> next = topic.after(place);
    while (next.isPresent()) {
      place = next.get().place();
      if (isNews(next.get(), place)) {
        return next.map(Told::update);
      }
      next = topic.after(place);
    }
    return Optional.empty();
  }

  /** Whether the client is to be told of changes. */
  boolean hasUnread() {
    return isUnread(topic.last());
  }

  /** Whether the client was not told of the change that had this place. */
  boolean isUnread(long ofPlace) {
    return ofPlace > place;
  }

  /**
   * The version of a ride that was sent last; 0 if that is not known.
   *
   * @param isInBacklog whether the ride stands in a backlog of this reader
   */
  long told(String caronaId, boolean isInBacklog) {
    Long ahead = sentAhead.get(caronaId);
    if (ahead != null) {
      return ahead;
    }
    if (firstEnd < 0 || isInBacklog) {
      return 0;
    }
    return topic
        .newest(caronaId)
        .filter(told -> !isUnread(told.place()))
        .filter(told -> told.place() > firstEnd || !leftOut.contains(caronaId))
        .map(told -> told.carona().versao())
        .orElse(0L);
  }

  /**
   * Whether a state is newer than what was sent of its ride.
   *
   * @param end where the backlog ends, or the state's own place. A state behind it is met again
   */
  private boolean isNews(Told told, long end) {
    String caronaId = told.carona().id();
    Long sent = sentAhead.get(caronaId);
    boolean news = sent == null || told.carona().versao() > sent;
    if (told.place() <= end) {
      sentAhead.remove(caronaId);
    } else if (news) {
      sentAhead.put(caronaId, told.carona().versao());
    }
    return news;
  }
}
