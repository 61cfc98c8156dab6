package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FollowersTest {
  private final Followers followers = new Followers();
  private final Follower one = new Idle();
  private final Follower other = new Idle();

  private static final class Idle implements Follower {
    @Override
    public void offer(Update update) {}

    @Override
    public void fail(Throwable cause) {}
  }

  @Test
  void of_aRide_isWhoFollowsItOrItsCondominium_eachOnce() {
    followers.add(one, caronas("a", "b"));
    followers.add(one, condominio("cond-1"));
    followers.add(other, condominio("cond-1"));
    assertThat(followers.of(Versions.of("a", "cond-1", 1))).containsExactlyInAnyOrder(one, other);
    assertThat(followers.of(Versions.of("b", "cond-2", 1))).containsExactly(one);
    assertThat(followers.of(Versions.of("c", "cond-1", 1))).containsExactlyInAnyOrder(one, other);
    assertThat(followers.of(Versions.of("c", "cond-2", 1))).isEmpty();
  }

  @Test
  void remove_leavesTheOthers_andWhatElseIsFollowed() {
    followers.add(one, caronas("a", "b"));
    followers.add(other, caronas("a"));
    followers.add(other, condominio("cond-1"));
    followers.remove(one, caronas("a"));
    followers.remove(one, condominio("cond-1"));
    followers.remove(one, caronas("never"));
    assertThat(followers.of(Versions.of("a", "cond-2", 1))).containsExactly(other);
    assertThat(followers.of(Versions.of("b", "cond-2", 1))).containsExactly(one);
    assertThat(followers.of(Versions.of("b", "cond-1", 1))).containsExactlyInAnyOrder(one, other);
  }

  @Test
  void all_isWhatHasAFollower_andNothingElse() {
    followers.add(one, caronas("a"));
    followers.add(other, caronas("a", "b"));
    followers.add(one, condominio("cond-1"));
    assertThat(followers.all()).isEqualTo(new Subscription(Set.of("a", "b"), Set.of("cond-1")));
    followers.remove(other, caronas("a", "b"));
    assertThat(followers.all()).isEqualTo(new Subscription(Set.of("a"), Set.of("cond-1")));
    followers.remove(one, new Subscription(Set.of("a"), Set.of("cond-1")));
    assertThat(followers.all()).isEqualTo(new Subscription(Set.of(), Set.of()));
  }

  @Test
  void add_whileOthersComeAndGo_losesNoFollower() throws Exception {
    List<Idle> all = IntStream.range(0, 64).mapToObj(_ -> new Idle()).toList();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Idle follower : all) {
        threads.execute(() -> {
          // Each time the last one goes, the ride is forgotten and has to be found anew.
          for (int i = 0; i < 200; i++) {
            followers.add(follower, caronas("a"));
            followers.remove(follower, caronas("a"));
          }
          followers.add(follower, caronas("a"));
        });
      }
    }
    assertThat(followers.of(Versions.of("a", 1))).hasSize(64);
  }

  private static Subscription caronas(String... ids) {
    return new Subscription(Set.of(ids), Set.of());
  }

  private static Subscription condominio(String id) {
    return new Subscription(Set.of(), Set.of(id));
  }
}
