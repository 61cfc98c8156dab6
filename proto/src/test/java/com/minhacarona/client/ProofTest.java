package com.minhacarona.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens in calls over TLS. */
@Timeout(60)
class ProofTest {
  /** What is called; a write, because those have the longest timeout. */
  private static final CreateCaronaRequest RIDE = CreateCaronaRequest.getDefaultInstance();

  private final FakeClock clock = new FakeClock();
  private final ScriptedSource source = new ScriptedSource(clock);
  private SecureServer server;
  private MinhaCaronaClient client;

  @BeforeEach
  void start() throws Exception {
    server = SecureServer.start();
    client = client(Duration.ofMinutes(5));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private MinhaCaronaClient client(Duration fetchTimeout) {
    return server.trustingClient().token(new Tokens(source, clock, fetchTimeout)).build();
  }

  @Test
  void everyCall_carriesTheToken() {
    client.createCarona(RIDE);
    assertThat(ids(client, "")).containsExactly("a", "b");
    assertThat(server.callers)
        .containsExactly("Bearer t1 for null by nobody", "Bearer t1 for null by nobody");
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aTokenThatTheServiceRefuses_isReplaced_andTheCallMadeOnceMore() {
    server.refused.add("t1");
    client.createCarona(RIDE);
    client.createCarona(RIDE);
    assertThat(tokensSent()).containsExactly("t1", "t2", "t2");
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void tokensThatAreRefusedNowAndThen_areReplacedEachTime() {
    for (int i = 1; i <= 8; i++) {
      server.refused.add("t" + i);
      if (i % 2 == 0) {
        client.createCarona(RIDE);
      } else {
        assertThat(ids(client, "")).hasSize(2);
      }
      clock.move(Duration.ofSeconds(30));
    }
    assertThat(source.fetches).hasValue(9);
  }

  @Test
  void aSecondTokenThatIsRefused_endsTheCall_andTheNextOneIsMadeOnce() {
    server.refused.addAll(List.of("t1", "t2", "t3"));
    assertThatThrownBy(() -> client.createCarona(RIDE))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo("NAO_AUTENTICADO"));
    assertThat(tokensSent()).containsExactly("t1", "t2");
    assertThatThrownBy(() -> client.createCarona(RIDE)).isInstanceOf(RefusedException.class);
    assertThat(tokensSent()).containsExactly("t1", "t2", "t2");
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void aListWithoutARideYet_isMadeOnceMore() {
    server.refused.add("t1");
    assertThat(ids(client, "")).containsExactly("a", "b");
    assertThat(tokensSent()).containsExactly("t1", "t2");
  }

  @Test
  void aList_isMadeOnceMore_andNotWithEachNewToken() {
    server.refused.addAll(List.of("t1", "t2", "t3"));
    source.eachTakes(Duration.ofMinutes(30));
    assertThatThrownBy(() -> ids(client, "")).isInstanceOf(RefusedException.class);
    assertThat(tokensSent()).containsExactly("t1", "t2");
  }

  @Test
  void aListThatHasBroughtRides_isNotMadeAgain() {
    List<String> ids = new ArrayList<>();
    try (CaronaIterator caronas = list(client, "breaks")) {
      assertThatThrownBy(() -> caronas.forEachRemaining(carona -> ids.add(carona.getId())))
          .isInstanceOf(RefusedException.class);
    }
    assertThat(ids).containsExactly("a", "b");
    assertThat(tokensSent()).containsExactly("t1");
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aHundredCallsAtOnce_shareOneFetch() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    source.script.add(() -> {
      mayAnswer.await();
      return new Token("one", clock.instant().plus(ScriptedSource.LIFE));
    });
    List<Future<Carona>> calls;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      calls =
          Collections.nCopies(100, (Callable<Carona>) () -> client.createCarona(RIDE)).stream()
              .map(threads::submit)
              .toList();
      await().until(() -> source.fetches.get() == 1);
      mayAnswer.countDown();
    }
    for (Future<Carona> call : calls) {
      call.get();
    }
    assertThat(tokensSent()).hasSize(100).containsOnly("one");
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aHundredCallsThatAreRefusedAtOnce_shareOneFetch() throws Exception {
    client.createCarona(RIDE);
    server.callers.clear();
    server.refused.add("t1");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Carona> call :
          Collections.nCopies(100, (Callable<Carona>) () -> client.createCarona(RIDE)).stream()
              .map(threads::submit)
              .toList()) {
        call.get();
      }
    }
    assertThat(tokensSent()).filteredOn("t2"::equals).hasSize(100);
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void aSourceThatIsAway_failsTheCall_whichSaysSo() {
    source.failNext(100);
    StatusRuntimeException e =
        catchThrowableOfType(StatusRuntimeException.class, () -> client.createCarona(RIDE));
    assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(e)
        .hasMessageContaining("There is no token, because the token source failed")
        .hasMessageContaining("the issuer is away")
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(server.callers).isEmpty();
  }

  @Test
  void aSourceThatFailsOnce_isAskedAgainWithinTheCall() {
    source.failNext(1);
    clock.move(Duration.ofMinutes(1));
    try (ScheduledExecutorService time = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          time.scheduleWithFixedDelay(
              () -> clock.move(Duration.ofMillis(100)), 0, 1, TimeUnit.MILLISECONDS);
      client.createCarona(RIDE);
      time.shutdownNow();
    }
    assertThat(tokensSent()).containsExactly("t2");
  }

  @Test
  void aSourceThatIsAway_whenTheServiceRefusesTheToken_isWhatTheCallSays() {
    client.createCarona(RIDE);
    server.refused.add("t1");
    source.failNext(100);
    assertThatThrownBy(() -> client.createCarona(RIDE))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE: There is no token");
    assertThat(tokensSent()).containsExactly("t1", "t1");
  }

  @Test
  void aSlowSource_delaysNoCallPastItsDeadline() throws Exception {
    client.createCarona(RIDE);
    server.callers.clear();
    clock.move(ScriptedSource.LIFE);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    source.script.add(() -> {
      mayAnswer.await();
      return new Token("late", clock.instant().plus(ScriptedSource.LIFE));
    });
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      StatusRuntimeException e =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  Context.current()
                      .withDeadline(Deadline.after(300, TimeUnit.MILLISECONDS), timer)
                      .call(() -> client.createCarona(RIDE)));
      assertThat(e.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(e).hasMessageContaining("call_credentials_delay");
    }
    assertThat(server.callers).isEmpty();
    mayAnswer.countDown();
    client.createCarona(RIDE);
    assertThat(tokensSent()).containsExactly("late");
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void aSourceThatHangs_failsAListToo_thoughItHasNoDeadline() {
    try (MinhaCaronaClient impatient = client(Duration.ofMillis(50))) {
      for (int i = 0; i < 10; i++) {
        source.script.add(() -> {
          new CountDownLatch(1).await();
          return null;
        });
      }
      assertThatThrownBy(() -> ids(impatient, ""))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("UNAVAILABLE: There is no token")
          .hasMessageContaining("no answer within");
    }
    assertThat(server.callers).isEmpty();
  }

  @Test
  void aView_actsForItsResident_andLeavesTheClientAlone() {
    try (MinhaCaronaClient ana = client.onBehalfOf("ana");
        MinhaCaronaClient rui = ana.onBehalfOf("rui")) {
      ana.createCarona(RIDE);
      rui.createCarona(RIDE);
      assertThat(ids(ana, "")).hasSize(2);
    }
    client.createCarona(RIDE);
    assertThat(server.callers)
        .containsExactly(
            "Bearer t1 for ana by nobody",
            "Bearer t1 for rui by nobody",
            "Bearer t1 for ana by nobody",
            "Bearer t1 for null by nobody");
    assertThat(source.fetches).hasValue(1);
  }

  @Test
  void aResidentsTokenThatIsRefused_costsOneFetch_andNotOneForEachCall() {
    server.refused.add("ana");
    MinhaCaronaClient ana = client.onBehalfOf("ana");
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> ana.createCarona(RIDE)).isInstanceOf(RefusedException.class);
    }
    assertThat(server.callers).hasSize(11);
    assertThat(source.fetches).hasValue(2);
  }

  @Test
  void whatIsNoToken_isNotSent_andNotShown() {
    for (String token : List.of("", "two words", "line\nbreak", "ação", "a".repeat(4_097))) {
      assertThatThrownBy(() -> client.onBehalfOf(token))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("A text of %s characters is no token", token.length());
    }
  }

  @Test
  void tokens_areNotSentWithoutTls() throws Exception {
    assertThatThrownBy(() -> server.client().token(source).plaintext().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TLS only");
    Server plain =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create()).build().start();
    try (MinhaCaronaClient bare =
        MinhaCaronaClient.forTarget("dns:///localhost:" + plain.getPort()).plaintext().build()) {
      assertThatThrownBy(() -> bare.onBehalfOf("ana").createCarona(RIDE))
          .hasMessageContaining("UNAUTHENTICATED: Tokens are sent over TLS only");
      assertThatThrownBy(() -> bare.createCarona(RIDE)).hasMessageContaining("UNIMPLEMENTED");
    } finally {
      plain.shutdownNow();
    }
  }

  private List<String> tokensSent() {
    return server.callers.stream().map(caller -> caller.replaceAll("Bearer | for.*", "")).toList();
  }

  private static CaronaIterator list(MinhaCaronaClient client, String condominio) {
    return client.listCaronasDisponiveis(
        ListCaronasRequest.newBuilder().setCondominioId(condominio).build());
  }

  private static List<String> ids(MinhaCaronaClient client, String condominio) {
    List<String> ids = new ArrayList<>();
    try (CaronaIterator caronas = list(client, condominio)) {
      caronas.forEachRemaining(carona -> ids.add(carona.getId()));
    }
    return ids;
  }
}
