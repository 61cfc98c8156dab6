package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.carona.StreamState.Offered;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamStateTest {
  private static final Subscription A = new Subscription(Set.of("a"), Set.of());
  private static final Subscription CONDOMINIO = new Subscription(Set.of(), Set.of("cond-1"));

  private final StreamState state = new StreamState(3);

  @Test
  void finishFollowing_givesOutAnswer_states_andThatTheseAreAll() {
    state.beginFollowing(CONDOMINIO, Map.of());
    assertThat(state.finishFollowing("c1", List.of(v("a", 1), v("b", 2)))).isTrue();
    assertThat(sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("a", 1), true),
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c1"));
    assertThat(state.known()).containsExactlyInAnyOrder("a", "b");
    assertThat(state.subscription()).isEqualTo(CONDOMINIO);
  }

  @Test
  void beginFollowing_returnsWhatIsNew() {
    assertThat(state.beginFollowing(A, Map.of())).isEqualTo(A);
    assertThat(state.beginFollowing(new Subscription(Set.of("a", "b"), Set.of("x")), Map.of()))
        .isEqualTo(new Subscription(Set.of("b"), Set.of("x")));
  }

  @Test
  void poll_betweenBeginAndFinish_isEmpty() {
    state.answer(UpdateProtos.accepted("c0"));
    state.beginFollowing(A, Map.of());
    assertThat(state.offer(Update.of(v("a", 1)))).isEqualTo(Offered.WAITS);
    assertThat(state.poll()).isEmpty();
    state.finishFollowing("c1", List.of(v("a", 2)));
    assertThat(versions(sent())).containsExactly(2L);
  }

  @Test
  void finishFollowing_withAnOlderStateThanTheFeedTold_givesOutTheNewer_asInitial() {
    state.beginFollowing(A, Map.of());
    state.offer(Update.of(v("a", 3)));
    state.finishFollowing("c1", List.of(v("a", 2)));
    assertThat(sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("a", 3), true),
            UpdateProtos.synced("c1"));
  }

  @Test
  void finishFollowing_givesOutOnlyWhatIsNewerThanTheClientHas() {
    state.beginFollowing(CONDOMINIO, Map.of("a", 2L, "b", 1L));
    state.finishFollowing("c1", List.of(v("a", 2), v("b", 2)));
    assertThat(sent())
        .containsExactly(
            UpdateProtos.accepted("c1"),
            UpdateProtos.state(v("b", 2), true),
            UpdateProtos.synced("c1"));
    assertThat(state.offer(Update.of(v("a", 2)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.offer(Update.of(v("a", 3)))).isEqualTo(Offered.WAITS);
  }

  @Test
  void finishFollowing_forgetsWhatTheClientHasAndDoesNotFollow() {
    state.beginFollowing(A, Map.of("x", 9L, "y", 9L, "z", 9L));
    assertThat(state.finishFollowing("c1", List.of(v("a", 1)))).isFalse();
    state.unfollow(A);
    state.beginFollowing(A, Map.of("x", 9L, "y", 9L));
    assertThat(state.finishFollowing("c1", List.of(v("a", 1)))).isTrue();
    assertThat(state.known()).containsExactly("a");
  }

  @Test
  void know_ofAnOlderVersion_doesNotSetTheClientBack() {
    follow(A, v("a", 5));
    state.beginFollowing(A, Map.of("a", 1L));
    state.finishFollowing("c2", List.of(v("a", 5)));
    assertThat(versions(sent())).isEmpty();
  }

  @Test
  void beginFollowing_byAClientThatHasMoreThanWaits_dropsWhatWaits() {
    follow(CONDOMINIO, v("a", 1), v("b", 1));
    state.offer(Update.of(v("a", 2)));
    state.offer(Update.of(v("b", 3)));
    state.beginFollowing(CONDOMINIO, Map.of("a", 2L, "b", 2L));
    state.finishFollowing("c2", List.of(v("a", 2), v("b", 3)));
    assertThat(versions(sent())).containsExactly(3L);
  }

  @Test
  void beginFollowing_byAClientThatHasMoreOfAnotherRide_doesNotForgetThatRide() {
    follow(CONDOMINIO, v("a", 1));
    state.beginFollowing(new Subscription(Set.of("x"), Set.of()), Map.of("a", 3L));
    state.finishFollowing("c2", List.of(Versions.of("x", "cond-2", 1)));
    assertThat(state.offer(Update.of(v("a", 2)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.known()).containsExactlyInAnyOrder("a", "x");
  }

  @Test
  void finishFollowing_withALowerVersionThanTheClientClaims_givesItOut_andLaterOnesToo() {
    state.beginFollowing(A, Map.of("a", 9L));
    state.finishFollowing("c1", List.of(v("a", 5)));
    assertThat(versions(sent())).containsExactly(5L);
    assertThat(state.offer(Update.of(v("a", 5)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.offer(Update.of(v("a", 6)))).isEqualTo(Offered.WAITS);
    assertThat(versions(sent())).containsExactly(6L);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_givesOutWhatTheFeedToldMeanwhile() {
    state.beginFollowing(A, Map.of("a", 9L));
    assertThat(state.offer(Update.of(v("a", 6)))).isEqualTo(Offered.WAITS);
    state.finishFollowing("c1", List.of(v("a", 5)));
    assertThat(versions(sent())).containsExactly(6L);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_doesNotRepeatWhatTheStreamSent() {
    follow(A, v("a", 5));
    state.beginFollowing(A, Map.of("a", 9L));
    assertThat(state.offer(Update.of(v("a", 4)))).isEqualTo(Offered.NO_NEWS);
    state.finishFollowing("c2", List.of(v("a", 5)));
    assertThat(versions(sent())).isEmpty();
    assertThat(state.offer(Update.of(v("a", 6)))).isEqualTo(Offered.WAITS);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimed_givesOutWhatWaited() {
    follow(A, v("a", 4));
    state.offer(Update.of(v("a", 5)));
    state.beginFollowing(A, Map.of("a", 9L));
    state.finishFollowing("c2", List.of(v("a", 5)));
    assertThat(versions(sent())).containsExactly(5L);
  }

  @Test
  void finishFollowing_withALowerVersionThanClaimedOfAnotherRide_dropsThatClaimToo() {
    follow(CONDOMINIO, v("a", 1));
    state.beginFollowing(new Subscription(Set.of("x"), Set.of()), Map.of("a", 9L));
    state.finishFollowing("c2", List.of(Versions.of("x", "cond-2", 1), v("a", 1)));
    sent();
    assertThat(state.offer(Update.of(v("a", 2)))).isEqualTo(Offered.WAITS);
  }

  @Test
  void unfollow_afterAClaimThatNothingWasReadFor_keepsTheClaimUntilSomethingIs() {
    follow(A, v("a", 1));
    state.beginFollowing(new Subscription(Set.of("x"), Set.of()), Map.of("a", 3L));
    state.offer(Update.of(v("a", 2)));
    state.unfollow(new Subscription(Set.of("x"), Set.of()));
    assertThat(versions(sent())).isEmpty();
    state.beginFollowing(A, Map.of());
    state.finishFollowing("c2", List.of(v("a", 2)));
    assertThat(versions(sent())).containsExactly(2L);
  }

  @Test
  void offer_ofAnOlderOrEqualState_isNoNews() {
    follow(A, v("a", 2));
    assertThat(state.offer(Update.of(v("a", 1)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.offer(Update.of(v("a", 2)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.offer(Update.of(v("b", 9)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.poll()).isEmpty();
  }

  @Test
  void offer_whileAnOlderStateWaits_takesItsPlace() {
    follow(A, v("a", 1));
    assertThat(state.offer(Update.of(v("a", 2)))).isEqualTo(Offered.WAITS);
    assertThat(state.offer(Update.of(v("a", 4)))).isEqualTo(Offered.CONFLATED);
    assertThat(state.offer(Update.of(v("a", 3)))).isEqualTo(Offered.NO_NEWS);
    assertThat(sent()).containsExactly(UpdateProtos.state(v("a", 4), false));
  }

  @Test
  void offer_ofOneRideTooMany_isTooMany() {
    follow(CONDOMINIO, v("a", 1), v("b", 1), v("c", 1));
    assertThat(state.offer(Update.of(v("c", 2)))).isEqualTo(Offered.WAITS);
    assertThat(state.offer(Update.of(v("d", 1)))).isEqualTo(Offered.TOO_MANY);
  }

  @Test
  void finishFollowing_ofTooMany_changesNothing_andUnfollowLeavesTheRest() {
    follow(A, v("a", 1));
    Subscription added = state.beginFollowing(CONDOMINIO, Map.of());
    state.offer(Update.of(v("a", 2)));
    assertThat(state.finishFollowing("c2", List.of(v("a", 2), v("b", 1), v("c", 1), v("d", 1))))
        .isFalse();
    assertThat(state.poll()).as("held until the caller unfollows").isEmpty();
    state.unfollow(added);
    assertThat(sent()).containsExactly(UpdateProtos.state(v("a", 2), false));
    assertThat(state.offer(Update.of(v("b", 2)))).isEqualTo(Offered.NO_NEWS);
    assertThat(state.subscription()).isEqualTo(A);
  }

  @Test
  void unfollow_dropsWhatWaits_andKeepsWhatIsFollowedOtherwise() {
    follow(A, v("a", 1));
    follow(CONDOMINIO, v("a", 1), v("b", 1));
    state.offer(Update.of(v("a", 2)));
    state.offer(Update.of(v("b", 2)));
    state.answer(UpdateProtos.accepted("c9"));
    state.unfollow(CONDOMINIO);
    assertThat(sent())
        .containsExactly(UpdateProtos.state(v("a", 2), false), UpdateProtos.accepted("c9"));
    assertThat(state.known()).containsExactly("a");
  }

  @Test
  void hearsMore_endsAtTheLimitOfAnswers_andBeginsAgainWhenOneIsGivenOut() {
    for (int i = 0; i < StreamState.MAX_ANSWERS; i++) {
      assertThat(state.hearsMore()).isTrue();
      state.answer(UpdateProtos.accepted("c" + i));
    }
    assertThat(state.hearsMore()).isFalse();
    state.poll();
    assertThat(state.hearsMore()).isTrue();
  }

  private void follow(Subscription subscription, CaronaItem... present) {
    state.beginFollowing(subscription, Map.of());
    state.finishFollowing("c", List.of(present));
    sent();
  }

  private List<CaronaUpdateResponse> sent() {
    return Stream.iterate(state.poll(), Optional::isPresent, _ -> state.poll())
        .map(entry -> entry.orElseThrow().message())
        .toList();
  }

  private static List<Long> versions(List<CaronaUpdateResponse> sent) {
    return sent.stream()
        .filter(CaronaUpdateResponse::hasAtualizacao)
        .map(response -> response.getAtualizacao().getCarona().getVersao())
        .toList();
  }

  private static CaronaItem v(String id, long versao) {
    return Versions.of(id, versao);
  }
}
