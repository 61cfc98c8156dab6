package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.StreamState.Offered;
import com.minhacarona.table.CaronaItem;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

class StreamStateTest {
  private static final Subscription A = new Subscription(Set.of("a"), Set.of());
  private static final Subscription CONDOMINIO = new Subscription(Set.of(), Set.of("cond-1"));

  private final OneStream stream = new OneStream(3);

  @Test
  void finishFollowing_givesOutAnswer_states_andThatTheseAreAll() {
    stream.begin(CONDOMINIO);
    assertThat(stream.finish("c1", v("a", 1), v("b", 2))).isTrue();
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("a", 1), true),
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c1"));
    assertThat(stream.state.subscription()).isEqualTo(CONDOMINIO);
  }

  @Test
  void beginFollowing_returnsWhatIsNew() {
    assertThat(stream.begin(A)).isEqualTo(A);
    assertThat(stream.begin(new Subscription(Set.of("a", "b"), Set.of("x"))))
        .isEqualTo(new Subscription(Set.of("b"), Set.of("x")));
  }

  @Test
  void poll_betweenBeginAndFinish_isEmpty() {
    stream.state.answer(UpdateProtos.accepted("c0"));
    stream.begin(A);
    assertThat(stream.tell(v("a", 1))).isEqualTo(Offered.WAITS);
    assertThat(stream.poll()).isEmpty();
    stream.finish("c1", v("a", 2));
    assertThat(stream.versions()).containsExactly(2L);
  }

  @Test
  void finishFollowing_withAnOlderStateThanTheFeedTold_givesOutTheNewer_asInitial() {
    stream.begin(A);
    stream.tell(v("a", 3));
    stream.finish("c1", v("a", 2));
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("a", 3), true),
            UpdateProtos.synced("c1"));
  }

  @Test
  void finishFollowing_givesOutOnlyWhatIsNewerThanTheClientHas() {
    stream.begin(CONDOMINIO, Map.of("a", 2L, "b", 1L));
    stream.finish("c1", v("a", 2), v("b", 2));
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c1"));
    assertThat(stream.tell(v("a", 2))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.tell(v("a", 3))).isEqualTo(Offered.WAITS);
  }

  @Test
  void know_ofAnOlderVersion_doesNotSetTheClientBack() {
    stream.follow(A, v("a", 5));
    stream.begin(A, Map.of("a", 1L));
    stream.finish("c2", v("a", 5));
    assertThat(stream.versions()).isEmpty();
  }

  @Test
  void beginFollowing_byAClientThatHasMoreThanWaits_dropsWhatWaits() {
    stream.follow(CONDOMINIO, v("a", 1), v("b", 1));
    stream.tell(v("a", 2));
    stream.tell(v("b", 3));
    stream.begin(CONDOMINIO, Map.of("a", 2L, "b", 2L));
    stream.finish("c2", v("a", 2), v("b", 3));
    assertThat(stream.versions()).containsExactly(3L);
  }

  @Test
  void finishFollowing_withALowerVersionThanTheClientClaims_givesItOut_andLaterOnesToo() {
    stream.begin(A, Map.of("a", 9L));
    stream.finish("c1", v("a", 5));
    assertThat(stream.versions()).containsExactly(5L);
    assertThat(stream.tell(v("a", 5))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.tell(v("a", 6))).isEqualTo(Offered.WAITS);
    assertThat(stream.versions()).containsExactly(6L);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_givesOutWhatTheFeedToldMeanwhile() {
    stream.begin(A, Map.of("a", 9L));
    assertThat(stream.tell(v("a", 6))).isEqualTo(Offered.WAITS);
    stream.finish("c1", v("a", 5));
    assertThat(stream.versions()).containsExactly(6L);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_doesNotRepeatWhatTheStreamSent() {
    stream.follow(A, v("a", 5));
    stream.begin(A, Map.of("a", 9L));
    assertThat(stream.tell(v("a", 4))).isEqualTo(Offered.NO_NEWS);
    stream.finish("c2", v("a", 5));
    assertThat(stream.versions()).isEmpty();
    assertThat(stream.tell(v("a", 6))).isEqualTo(Offered.WAITS);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_givesOutWhatWaited() {
    stream.follow(A, v("a", 4));
    stream.tell(v("a", 5));
    stream.begin(A, Map.of("a", 9L));
    stream.finish("c2", v("a", 5));
    assertThat(stream.versions()).containsExactly(5L);
  }

  @Test
  void finishFollowing_withAnOlderRideThatTheClientClaims_givesOutWhatIsNewerOfIt() {
    stream.begin(CONDOMINIO, Map.of("old", 2L, "elsewhere", 1L));
    CaronaItem elsewhere = Versions.of("elsewhere", "cond-2", 2);
    stream.older.add("old");
    stream.finish("c1", v("a", 1), v("old", 3), elsewhere);
    assertThat(stream.versions()).containsExactly(3L, 1L);
    assertThat(stream.state.older()).containsExactly("old");
    stream.tell(v("old", 2));
    assertThat(stream.versions()).as("the feed repeats").isEmpty();
    stream.tell(v("old", 4));
    assertThat(stream.versions()).containsExactly(4L);
    stream.state.unfollow(CONDOMINIO);
    assertThat(stream.state.older()).isEmpty();
  }

  @Test
  void finishFollowing_whileRidesChange_givesOutEachOnceBeforeTheEnd_andChangesAfterIt() {
    stream.begin(CONDOMINIO);
    stream.finish("c1", v("a", 1), v("b", 1));
    stream.tell(v("b", 2));
    assertThat(stream.poll()).contains(UpdateProtos.accepted("c1"));
    assertThat(stream.poll()).contains(UpdateProtos.state(v("a", 1), true));
    stream.tell(v("a", 2));
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c1"),
            UpdateProtos.state(v("a", 2), false));
  }

  @Test
  void finishFollowing_withARideThatWasToldMeanwhile_givesItOutAsPresent() {
    stream.begin(CONDOMINIO);
    stream.tell(v("new", 1));
    stream.finish("c1", v("a", 1));
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("a", 1), true),
            UpdateProtos.state(v("new", 1), true),
            UpdateProtos.synced("c1"));
  }

  @Test
  void finishFollowing_again_givesOutWhatWaits_beforeItSaysThatTheseAreAll() {
    stream.follow(CONDOMINIO, v("a", 1), v("b", 1));
    stream.tell(v("a", 2));
    stream.begin(CONDOMINIO);
    stream.finish("c2", v("a", 2), v("b", 2));
    assertThat(stream.sent())
        .containsExactly(
            UpdateProtos.accepted("c2"),
            UpdateProtos.state(v("a", 2), true),
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c2"));
  }

  @Test
  void finishFollowing_againWhilePresentStatesWait_givesOutEachOnce() {
    stream.begin(CONDOMINIO);
    stream.finish("c1", v("a", 1), v("b", 1));
    stream.tell(v("b", 2));
    stream.begin(CONDOMINIO);
    stream.finish("c2", v("a", 1), v("b", 2));
    stream.tell(v("b", 3));
    assertThat(stream.versions()).containsExactly(1L, 3L);
  }

  @Test
  void aRideThatIsOver_whileItWaits_isLeftOut() {
    stream.begin(CONDOMINIO);
    stream.tell(v("over", 1));
    stream.finish("c1", v("a", 1));
    stream.forgetRidesThatAreOver();
    assertThat(stream.sent())
        .containsExactly(UpdateProtos.accepted("c1"), UpdateProtos.synced("c1"));
  }

  @Test
  @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD) // It went round for ever.
  void aChangeOfARideThatIsOver_whileItWaits_isLeftOut() {
    stream.follow(CONDOMINIO, v("a", 1));
    stream.tell(v("over", 1));
    stream.forgetRidesThatAreOver();
    assertThat(stream.sent()).isEmpty();
    stream.tell(v("a", 2));
    assertThat(stream.versions()).containsExactly(2L);
  }

  @Test
  void read_ofAnEarlierStateThanWasTold_isOfATableThatWasRestored() {
    stream.follow(CONDOMINIO, v("a", 7));
    OneStream later = stream.beside();
    later.begin(CONDOMINIO);
    later.finish("c1", v("a", 3));
    assertThat(later.versions()).containsExactly(3L);
    later.tell(v("a", 4));
    assertThat(later.versions()).containsExactly(4L);
  }

  @Test
  void read_ofAnEarlierStateThanWasToldMeanwhile_isLate() {
    stream.follow(CONDOMINIO, v("a", 3));
    OneStream later = stream.beside();
    later.begin(CONDOMINIO);
    later.tell(v("a", 4));
    later.finish("c1", v("a", 3));
    assertThat(later.versions()).containsExactly(4L);
  }

  @Test
  void beginFollowing_aRideOfAFollowedCondominium_doesNotRepeatWhatWasGivenOut() {
    stream.follow(CONDOMINIO, v("a", 2), v("b", 2));
    stream.follow(A, v("a", 2));
    stream.begin(A);
    stream.finish("c3", v("a", 2));
    assertThat(stream.versions()).isEmpty();
    stream.tell(v("a", 3));
    assertThat(stream.versions()).containsExactly(3L);
    stream.state.unfollow(A);
    stream.tell(v("a", 4));
    assertThat(stream.versions()).as("still of the condominium").containsExactly(4L);
    stream.state.unfollow(CONDOMINIO);
    stream.tell(v("a", 5));
    assertThat(stream.versions()).isEmpty();
  }

  @Test
  void beginFollowing_aRideWhosePresentStateWaits_losesNothing() {
    stream.begin(CONDOMINIO);
    stream.finish("c1", v("a", 2), v("b", 2));
    stream.begin(A);
    stream.finish("c2", v("a", 2));
    stream.state.unfollow(CONDOMINIO);
    assertThat(stream.versions()).containsExactly(2L);
  }

  @Test
  void offer_ofAnOlderOrEqualState_isNoNews() {
    stream.follow(A, v("a", 2));
    assertThat(stream.tell(v("a", 1))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.tell(v("a", 2))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.tell(v("b", 9))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.poll()).isEmpty();
  }

  @Test
  void offer_whileAnOlderStateWaits_takesItsPlace() {
    stream.follow(A, v("a", 1));
    assertThat(stream.tell(v("a", 2))).isEqualTo(Offered.WAITS);
    assertThat(stream.tell(v("a", 4))).isEqualTo(Offered.CONFLATED);
    assertThat(stream.tell(v("a", 3))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.sent()).containsExactly(UpdateProtos.state(v("a", 4), false));
  }

  @Test
  void offer_ofOneRideTooMany_isTooMany() {
    stream.follow(CONDOMINIO, v("a", 1), v("b", 1), v("c", 1));
    assertThat(stream.tell(v("c", 2))).isEqualTo(Offered.WAITS);
    assertThat(stream.tell(v("d", 1))).isEqualTo(Offered.TOO_MANY);
  }

  @Test
  void finishFollowing_ofTooMany_changesNothing_andUnfollowLeavesTheRest() {
    stream.follow(A, v("a", 1));
    Subscription added = stream.begin(CONDOMINIO);
    stream.tell(v("a", 2));
    assertThat(stream.finish("c2", v("a", 2), v("b", 1), v("c", 1), v("d", 1))).isFalse();
    assertThat(stream.poll()).as("held until the caller unfollows").isEmpty();
    stream.state.unfollow(added);
    assertThat(stream.sent()).containsExactly(UpdateProtos.state(v("a", 2), false));
    assertThat(stream.tell(v("b", 2))).isEqualTo(Offered.NO_NEWS);
    assertThat(stream.state.subscription()).isEqualTo(A);
  }

  @Test
  void unfollow_dropsWhatWaits_andKeepsWhatIsFollowedOtherwise() {
    stream.follow(A, v("a", 1));
    stream.follow(CONDOMINIO, v("a", 1), v("b", 1));
    stream.tell(v("a", 2));
    stream.tell(v("b", 2));
    stream.state.answer(UpdateProtos.accepted("c9"));
    stream.state.unfollow(CONDOMINIO);
    assertThat(stream.sent())
        .containsExactly(UpdateProtos.state(v("a", 2), false), UpdateProtos.accepted("c9"));
  }

  @Test
  void hearsMore_endsAtTheLimitOfAnswers_andBeginsAgainWhenOneIsGivenOut() {
    for (int i = 0; i < StreamState.MAX_ANSWERS; i++) {
      assertThat(stream.state.hearsMore()).isTrue();
      stream.state.answer(UpdateProtos.accepted("c" + i));
    }
    assertThat(stream.state.hearsMore()).isFalse();
    stream.poll();
    assertThat(stream.state.hearsMore()).isTrue();
  }

  private static CaronaItem v(String id, long versao) {
    return Versions.of(id, versao);
  }
}
