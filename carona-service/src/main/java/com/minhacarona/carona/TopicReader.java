package com.minhacarona.carona;

import com.minhacarona.carona.Topic.Told;
import com.minhacarona.table.CaronaItem;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads a topic for one client: knows up to which place it was sent to it. Not thread-safe. */
final class TopicReader {
  private final Topic topic;

  /** What the topic has up to here was sent, or stands in a backlog. */
  private long place;

  /** Where the first backlog ends, which lists all present states; negative before that. */
  private long firstEnd = -1;

  /** Rides of the topic that the first backlog left out, because they are too old by now. */
  private Set<String> leftOut = Set.of();

  /**
   * The versions that were sent in place of a present state, of rides that have a place further on
   * by now. Each is forgotten when the change there is met.
   */
  private final Map<String, Long> sentAhead = new HashMap<>(0);

  /** A reader whose client will be sent what the topic takes from now on. */
  TopicReader(Topic topic) {
    this.topic = topic;
    this.place = topic.last();
  }

  Topic topic() {
    return topic;
  }

  /** Present states that wait for the client. Not thread-safe. */
  final class Backlog {
    /** Shared by the streams that asked for it at the same moment. */
    private final List<CaronaItem> read;

    private final List<CaronaItem> toldMeanwhile;

    /** The positions of those that the client has. */
    private final BitSet had;

    private final long end;
    private int next;

    private Backlog(List<CaronaItem> read, List<CaronaItem> toldMeanwhile, BitSet had, long end) {
      this.read = read;
      this.toldMeanwhile = toldMeanwhile;
      this.had = had;
      this.end = end;
    }

    TopicReader reader() {
      return TopicReader.this;
    }

    /** Whether a ride is still to come. */
    boolean contains(String caronaId) {
      return IntStream.range(next, size())
          .anyMatch(i -> !had.get(i) && caronaId(i).equals(caronaId));
    }

    /** Takes the next ride that is news, in its newest state. A ride that is over is left out. */
    Optional<Update> next() {
      Optional<Told> told = Optional.empty();
      while (next < size() && told.isEmpty()) {
        if (!had.get(next)) {
          told = topic.newest(caronaId(next)).filter(state -> isNews(state, end));
        }
        next++;
      }
      return told.map(Told::update);
    }

    private int size() {
      return read.size() + toldMeanwhile.size();
    }

    private String caronaId(int position) {
      CaronaItem carona =
          position < read.size() ? read.get(position) : toldMeanwhile.get(position - read.size());
      return carona.id();
    }
  }

  /**
   * Lists the present states: at first all of the condominium, later those that the client was not
   * sent yet. What the topic takes from now on is a change.
   *
   * @param present the states that were read, all of them told to the topic
   * @param claims the versions that the client says it has. One above the present version counts as
   *     none
   */
  Backlog list(List<CaronaItem> present, Map<String, Long> claims) {
    long end = topic.last();
    boolean first = firstEnd < 0;
    List<CaronaItem> read = first ? present : List.of();
    Collection<Told> told = topic.between(place, end);
    List<CaronaItem> meanwhile = told.isEmpty() ? List.of() : without(read, told);
    if (first) {
      int listed = read.size() + meanwhile.size();
      leftOut = topic.caronaIds().size() > listed ? withoutThose(read, meanwhile) : Set.of();
      firstEnd = end;
    }
    place = end;
    BitSet had = new BitSet(0);
    Backlog backlog = new Backlog(read, meanwhile, had, end);
    if (!claims.isEmpty()) {
      IntStream.range(0, backlog.size())
          .filter(i -> isClaimed(backlog.caronaId(i), claims))
          .forEach(had::set);
    }
    return backlog;
  }

  private static List<CaronaItem> without(List<CaronaItem> read, Collection<Told> told) {
    Set<String> ids = read.stream().map(CaronaItem::id).collect(Collectors.toSet());
    return told.stream().map(Told::carona).filter(carona -> !ids.contains(carona.id())).toList();
  }

  private Set<String> withoutThose(List<CaronaItem> read, List<CaronaItem> meanwhile) {
    Set<String> others = new HashSet<>(topic.caronaIds());
    read.forEach(carona -> others.remove(carona.id()));
    meanwhile.forEach(carona -> others.remove(carona.id()));
    return others;
  }

  private boolean isClaimed(String caronaId, Map<String, Long> claims) {
    Long claimed = claims.get(caronaId);
    return claimed != null
        && topic.newest(caronaId).filter(told -> told.carona().versao() == claimed).isPresent();
  }

  /** Takes the first change that the client was not sent; none may wait in a backlog. */
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

  /** Whether there are changes that the client was not sent. */
  boolean hasUnread() {
    return topic.after(place).isPresent();
  }

  /** Whether the client was not sent the change that had this place. */
  boolean isUnread(long ofPlace) {
    return ofPlace > place;
  }

  /**
   * The version of a ride that was sent last; 0 if that is not known.
   *
   * @param isInBacklog whether the ride stands in a backlog of this reader
   */
  long sentVersion(String caronaId, boolean isInBacklog) {
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
