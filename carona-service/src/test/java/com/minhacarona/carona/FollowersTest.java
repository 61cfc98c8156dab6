package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.SettableClock;
import com.minhacarona.table.CaronaItem;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FollowersTest {
  private final SettableClock clock = new SettableClock();
  private final SettableClock steady = new SettableClock();
  private final Followers followers = new Followers(clock, steady);
  private final Recorded one = new Recorded();
  private final Recorded other = new Recorded();

  /** Keeps what it is told. */
  private static final class Recorded implements Follower {
    final List<CaronaItem> offered = new CopyOnWriteArrayList<>();
    final List<Long> replaced = new CopyOnWriteArrayList<>();
    volatile Optional<RuntimeException> failure = Optional.empty();
    volatile Optional<Throwable> failed = Optional.empty();

    @Override
    public void offer(Update update) {
      failure.ifPresent(e -> {
        throw e;
      });
      offered.add(update.carona());
    }

    @Override
    public void told(Topic topic, long place) {
      replaced.add(place);
    }

    @Override
    public void fail(Throwable cause) {
      failed = Optional.of(cause);
    }
  }

  @Test
  void tell_reachesThoseWhoFollowTheRide_andThoseOfItsCondominium() {
    followers.add(one, Set.of("a", "b"));
    Topic topic = followers.join(other, "cond-1");
    CaronaItem a = Versions.of("a", "cond-1", 1);
    followers.tell(a);
    followers.tell(Versions.of("b", "cond-2", 1));
    followers.tell(Versions.of("c", "cond-2", 1));
    assertThat(one.offered).extracting(CaronaItem::id).containsExactly("a", "b");
    assertThat(other.replaced).containsExactly(0L);
    followers.tell(Versions.next(a));
    followers.tell(a);
    assertThat(other.replaced).as("an old state is no news").containsExactly(0L, 1L);
    assertThat(topic.newest("a").orElseThrow().carona().versao()).isEqualTo(2);
    assertThat(one.offered).as("each stream knows what is news of a ride").hasSize(4);
  }

  @Test
  void tell_whenOneFails_endsThatOne_andReachesTheOthers() {
    followers.add(one, Set.of("a"));
    followers.add(other, Set.of("a"));
    one.failure = Optional.of(new IllegalStateException("broken"));
    followers.tell(Versions.of("a", 1));
    assertThat(one.failed).containsSame(one.failure.orElseThrow());
    assertThat(other.offered).hasSize(1);
    assertThat(other.failed).isEmpty();
  }

  @Test
  void remove_leavesTheOthers_andWhatElseIsFollowed() {
    followers.add(one, Set.of("a", "b"));
    followers.add(other, Set.of("a"));
    Topic topic = followers.join(other, "cond-1");
    assertThat(followers.join(one, "cond-1")).isSameAs(topic);
    followers.remove(one, new Subscription(Set.of("a", "never"), Set.of("cond-1", "never")));
    followers.tell(Versions.of("a", "cond-1", 1));
    followers.tell(Versions.of("b", "cond-2", 1));
    assertThat(one.offered).extracting(CaronaItem::id).containsExactly("b");
    assertThat(one.replaced).isEmpty();
    assertThat(other.offered).extracting(CaronaItem::id).containsExactly("a");
    assertThat(other.replaced).containsExactly(0L);
  }

  @Test
  void all_isWhatHasAFollower_andTheRidesOfItsCondominiums_andNothingElse() {
    followers.add(one, Set.of("a"));
    followers.add(other, Set.of("a", "b"));
    Topic topic = followers.join(one, "cond-1");
    followers.tell(topic, List.of(Versions.of("c", 1)), 0);
    assertThat(followers.all())
        .isEqualTo(new Subscription(Set.of("a", "b", "c"), Set.of("cond-1")));
    followers.remove(other, new Subscription(Set.of("a", "b"), Set.of()));
    followers.remove(one, new Subscription(Set.of("a"), Set.of("cond-1")));
    assertThat(followers.all()).isEqualTo(Subscription.NOTHING);
  }

  @Test
  void join_afterTheLastOneLeft_beginsANewTopic_andTheOldOneTakesNothing() {
    Topic old = followers.join(one, "cond-1");
    followers.remove(one, new Subscription(Set.of(), Set.of("cond-1")));
    assertThat(old.tell(new Update(Versions.of("a", 1)))).isEmpty();
    assertThat(followers.join(one, "cond-1")).isNotSameAs(old);
  }

  @Test
  void tell_ofMoreRidesThanATaskHolds_isRefused_untilOthersAreForgotten() {
    Topic full = followers.join(one, "cond-1");
    List<CaronaItem> most =
        IntStream.range(0, Followers.MAX_STATES).mapToObj(i -> Versions.of("r" + i, 1)).toList();
    followers.tell(full, most, 0);
    Topic next = followers.join(one, "cond-2");
    List<CaronaItem> more = List.of(Versions.of("x", "cond-2", 1));
    Refused.by(() -> followers.tell(next, more, 0)).as(Code.RESOURCE_EXHAUSTED, Errors.SOBRECARGA);
    followers.tell(full, most, 0);
    followers.remove(one, new Subscription(Set.of(), Set.of("cond-1")));
    followers.tell(next, more, 0);
    assertThat(next.caronaIds()).containsExactly("x");
  }

  @Test
  void tell_ofWhatWasRead_forgetsRidesThatAreOver_andOfWhichNothingWasToldForAnHour() {
    Topic topic = followers.join(one, "cond-1");
    CaronaItem a = Versions.of("a", 1);
    followers.tell(topic, List.of(a), 0);
    Duration untilOver =
        Duration.between(clock.instant(), a.partida())
            .plus(StoredSnapshots.LOOKING_BACK)
            .plus(Duration.ofHours(1));
    clock.advance(untilOver);
    steady.advance(untilOver);
    followers.tell(topic, List.of(), 0);
    assertThat(topic.caronaIds()).containsExactly("a");
    followers.tell(Versions.next(a));
    clock.advance(Duration.ofMinutes(1));
    steady.advance(Duration.ofHours(1));
    followers.tell(topic, List.of(), 0);
    assertThat(topic.caronaIds()).as("it was told an hour ago").containsExactly("a");
    steady.advance(Duration.ofMillis(1));
    followers.tell(topic, List.of(), 0);
    assertThat(topic.caronaIds()).isEmpty();
    assertThat(topic.after(0)).isEmpty();
  }

  @Test
  void add_whileOthersComeAndGo_losesNoFollower() throws Exception {
    List<Recorded> all = IntStream.range(0, 64).mapToObj(_ -> new Recorded()).toList();
    Subscription both = new Subscription(Set.of("a"), Set.of("cond-1"));
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Recorded follower : all) {
        threads.execute(() -> {
          // Each time the last one goes, ride and topic are forgotten and have to be found anew.
          for (int i = 0; i < 200; i++) {
            followers.add(follower, both.caronaIds());
            var _ = followers.join(follower, "cond-1");
            followers.remove(follower, both);
          }
          followers.add(follower, both.caronaIds());
          var _ = followers.join(follower, "cond-1");
        });
      }
    }
    followers.tell(Versions.of("a", 1));
    assertThat(all).allSatisfy(follower -> assertThat(follower.offered).hasSize(1));
    assertThat(all).allSatisfy(follower -> assertThat(follower.replaced).hasSize(1));
  }
}
