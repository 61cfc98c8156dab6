package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is let in, over real sockets, by really signed tokens and certificates. */
class AuthenticatorTest extends ProofsOnSockets {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = start(CertificateHeader.OFF);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void token_makesTheCallerOfItsEntry() {
    assertThat(who(token(ISSUER.serviceToken(Caller.LIST_ALL))))
        .isEqualTo("SERVICE %s - [list-all]".formatted(TestIssuer.AUDIENCE));
    assertThat(who(token(ISSUER.operatorToken())))
        .isEqualTo("OPERATOR %s - []".formatted(TestIssuer.ON_CALL));
  }

  @Test
  void certificate_makesTheServiceThatIsListed() {
    assertThat(who(certified(LISTED))).isEqualTo("SERVICE reports.internal - [list-all]");
    assertThat(who(certified("other.internal", GATEWAY)))
        .isEqualTo("SERVICE urn:minha-carona:gateway - [on-behalf-of]");
  }

  @Test
  void certificate_ofNobodyListed_isNotEnough() {
    refused(Cause.UNLISTED_CERTIFICATE, certified("other.internal"));
    refused(Cause.UNLISTED_CERTIFICATE, certified("REPORTS.internal"));
    refused(Cause.UNLISTED_CERTIFICATE, certified("a." + LISTED));
    refused(Cause.UNLISTED_CERTIFICATE, certified());
  }

  @Test
  void service_thatMay_actsForTheUserWhoseTokenItPassesOn() {
    String user = ISSUER.userToken("zeca", "cond-1");
    for (Channel service :
        List.of(token(ISSUER.serviceToken(Caller.ON_BEHALF_OF)), certified(GATEWAY))) {
      assertThat(who(with("x-on-behalf-of", user, service))).isEqualTo("USER zeca cond-1 []");
    }
    // A call's line is written after its answer.
    await()
        .until(() -> lines().stream().anyMatch(l -> l.contains("user:zeca by service:" + GATEWAY)));
  }

  @Test
  void service_thatMayNot_doesNotActForAUser() {
    String user = ISSUER.userToken("zeca", "cond-1");
    denied(with("x-on-behalf-of", user, token(ISSUER.serviceToken(Caller.LIST_ALL))));
    denied(with("x-on-behalf-of", user, certified(LISTED)));
    denied(with("x-on-behalf-of", user, token(ISSUER.operatorToken())));
  }

  @Test
  void service_narrowedByItsOwnProof_actsForNobodyElsewhere() {
    String user = ISSUER.userToken("zeca", "cond-1");
    Channel bound =
        token(
            ISSUER.token(claims ->
                claims.subject("bound").audience(BOUND).claim(TestIssuer.TENANT_CLAIM, "cond-2")));
    denied(with("x-on-behalf-of", user, bound));
    Channel same =
        token(
            ISSUER.token(claims ->
                claims.subject("bound").audience(BOUND).claim(TestIssuer.TENANT_CLAIM, "cond-1")));
    assertThat(who(with("x-on-behalf-of", user, same))).isEqualTo("USER zeca cond-1 []");
  }

  @Test
  void onlyServices_actForUsers_whateverTheirScopes() {
    Channel operator =
        token(ISSUER.token(claims -> claims.subject("somebody").audience(PRIVILEGED)));
    denied(with("x-on-behalf-of", ISSUER.userToken("zeca", "cond-1"), operator));
  }

  @Test
  void user_comesByWayOfAService() {
    String user = ISSUER.userToken("zeca", "cond-1");
    denied(token(user));
    denied(with("x-on-behalf-of", user, token(user)));
    refused(Cause.NO_PROOF, with("x-on-behalf-of", user, open()));
  }

  @Test
  void onBehalfOf_mustBeAUsersToken() {
    String service = ISSUER.serviceToken(Caller.ON_BEHALF_OF);
    refused(Cause.NOT_A_USER, with("x-on-behalf-of", service, token(service)));
    refused(Cause.NOT_A_USER, with("x-on-behalf-of", ISSUER.operatorToken(), token(service)));
    refused(Cause.MALFORMED, with("x-on-behalf-of", "zeca", token(service)));
    String user = ISSUER.userToken("zeca", "cond-1");
    refused(
        Cause.TWO_PROOFS,
        with("x-on-behalf-of", user, with("x-on-behalf-of", user, token(service))));
  }

  @Test
  void severalProofs_areRefused() {
    String service = ISSUER.serviceToken();
    refused(Cause.TWO_PROOFS, with("authorization", "Bearer " + service, token(service)));
    refused(Cause.TWO_PROOFS, with("authorization", "Bearer " + service, certified(LISTED)));
  }

  @Test
  void noProof_orAnotherScheme_isRefused() {
    refused(Cause.NO_PROOF, open());
    refused(Cause.SCHEME, with("authorization", "Basic emVjYTp6ZWNh", open()));
    refused(Cause.SCHEME, with("authorization", ISSUER.serviceToken(), open()));
    refused(Cause.MALFORMED, with("authorization", "Bearer ", open()));
    assertThat(who(with("authorization", "bEARER " + ISSUER.serviceToken(), open())))
        .startsWith("SERVICE");
  }

  @Test
  void tenant_isTheProofs_orNarrowsAService() {
    Channel user =
        with(
            "x-on-behalf-of",
            ISSUER.userToken("zeca", "cond-1"),
            token(ISSUER.serviceToken(Caller.ON_BEHALF_OF)));
    assertThat(who(with("x-tenant-id", "cond-1", user))).isEqualTo("USER zeca cond-1 []");
    denied(with("x-tenant-id", "cond-2", user));
    Channel service = token(ISSUER.serviceToken());
    assertThat(who(with("x-tenant-id", "cond-2", service))).contains(" cond-2 ");
    Refused.by(() -> who(with("x-tenant-id", "a b", service)))
        .as(Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
    Refused.by(() -> who(with("x-tenant-id", "cond-1", with("x-tenant-id", "cond-1", service))))
        .as(Code.INVALID_ARGUMENT, "ARGUMENTO_INVALIDO");
  }

  @Test
  void everyRefusal_saysTheSame() {
    List<String> messages =
        List.of(
                open(),
                certified("other.internal"),
                token("x"),
                token(ISSUER.serviceToken() + "x"),
                token(new String(new char[5_000]).replace('\0', 'a')))
            .stream()
            .map(channel -> Refused.by(() -> who(channel)))
            .map(refused -> refused.code() + refused.reason() + refused.message())
            .distinct()
            .toList();
    assertThat(messages).hasSize(1);
  }

  @Test
  void proofs_areTakenOutOfTheMetadata() {
    Metadata headers = new Metadata();
    for (String name :
        List.of("authorization", "x-on-behalf-of", "x-amzn-mtls-clientcert-leaf", "x-kept")) {
      headers.put(key(name), "value");
    }
    Authenticator.dropProofs(headers);
    assertThat(headers.keys()).containsExactly("x-kept");
  }

  private void refused(Cause cause, Channel channel) {
    refused(server, cause, channel);
  }

  private void denied(Channel channel) {
    double before = allCounts();
    Refused.by(() -> who(channel)).as(Code.PERMISSION_DENIED, "SEM_PERMISSAO");
    assertThat(allCounts()).isEqualTo(before);
  }

  private static double allCounts() {
    return Arrays.stream(Cause.values()).mapToDouble(cause -> count(server, cause)).sum();
  }

  private Channel open() {
    return channel(server, Door.LOAD_BALANCER, PKI.trusting());
  }

  private Channel token(String token) {
    return with("authorization", "Bearer " + token, open());
  }

  private Channel certified(String... names) {
    return channel(server, Door.MTLS, PKI.trusting(PKI.client(names)));
  }
}
