package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.TestIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenVerifierTest {
  private final TestIssuer issuer = new TestIssuer();
  private final TokenVerifier verifier =
      new TokenVerifier(
          new AuthConfig(
              true,
              List.of(issuer.services(), issuer.users(), issuer.operators()),
              List.of(),
              false),
          Clock.systemUTC(),
          Clock.systemUTC(),
          new SimpleMeterRegistry());

  @AfterEach
  void close() {
    issuer.close();
  }

  @Test
  void verify_ofAServicesToken_isTheService_andKnownFromThenOn() {
    String token = issuer.serviceToken(Caller.ON_BEHALF_OF);
    assertThat(verifier.known(token)).isEmpty();
    Caller caller = verifier.verify(token);
    assertThat(caller.kind()).isEqualTo(Caller.Kind.SERVICE);
    assertThat(caller.id()).isEqualTo(TestIssuer.AUDIENCE);
    assertThat(caller.tenant()).isEqualTo(Optional.empty());
    assertThat(caller.scopes()).isEqualTo(Set.of(Caller.ON_BEHALF_OF));
    assertThat(verifier.known(token)).contains(caller);
  }

  @Test
  void verify_ofAUsersToken_isTheUserOfItsTenant() {
    Caller caller = verifier.verify(issuer.userToken("ana", "ipe"));
    assertThat(caller.isUser("ana")).isTrue();
    assertThat(caller.tenant()).contains("ipe");
  }

  @Test
  void verify_ofAnOperatorsToken_isTheRole() {
    Caller caller = verifier.verify(issuer.operatorToken());
    assertThat(caller.isOperator()).isTrue();
    assertThat(caller.id()).isEqualTo(TestIssuer.ON_CALL);
  }
}
