package com.minhacarona.runtime.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.base.Splitter;
import com.google.protobuf.StringValue;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.MethodTraits.Trait;
import com.minhacarona.runtime.connections.Door;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestIssuer;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Who is let in, over real sockets, by really signed tokens and certificates. */
class AuthenticatorTest {
  private static final String LISTED = "reports.internal";
  private static final String BOUND = "of-one-tenant";
  private static final String PRIVILEGED = "with-too-many-scopes";
  private static final String GATEWAY = "urn:minha-carona:gateway";

  /** Shorter pieces of a proof could be words of any line. */
  private static final int PIECE = 20;

  private static final Pki PKI = new Pki();
  private static final TestIssuer ISSUER = new TestIssuer();

  private static TestServer server;
  private static TestServer verifying;
  private static TestServer passingThrough;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<ManagedChannel> opened = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = start(CertificateHeader.OFF);
    verifying = start(CertificateHeader.VERIFY);
    passingThrough = start(CertificateHeader.PASSTHROUGH);
  }

  private static TestServer start(CertificateHeader header) {
    AuthConfig auth =
        new AuthConfig(
            true,
            List.of(
                ISSUER.services(),
                ISSUER.operators(),
                ISSUER.users(),
                actingForUsers(Caller.Kind.SERVICE, BOUND, TestIssuer.TENANT_CLAIM),
                actingForUsers(Caller.Kind.OPERATOR, PRIVILEGED, "")),
            List.of(
                new ListedCertificate(LISTED, Set.of(Caller.LIST_ALL)),
                new ListedCertificate(GATEWAY, Set.of(Caller.ON_BEHALF_OF))),
            header);
    return TestServer.netty(
        TestServer.withTls(PKI.config(PKI.server()), TestServer.config(TestServer.NO_STORE))
            .withAuth(auth),
        Echo.module(AuthenticatorTest::sayWho, () -> {}, Trait.READS));
  }

  private static Issuer actingForUsers(Caller.Kind kind, String audience, String tenantClaim) {
    return new Issuer(
        ISSUER.name(),
        ISSUER.jwks(),
        kind,
        Set.of(audience),
        "",
        Set.of(),
        "",
        "",
        Set.of(Caller.ON_BEHALF_OF),
        "sub",
        tenantClaim);
  }

  private static void sayWho(StringValue ignored, StreamObserver<StringValue> responses) {
    Caller caller = Caller.current();
    responses.onNext(
        StringValue.of(
            "%s %s %s %s"
                .formatted(
                    caller.kind(),
                    caller.id(),
                    caller.tenant().orElse("-"),
                    new TreeSet<>(caller.scopes()))));
    responses.onCompleted();
  }

  @AfterAll
  static void stop() {
    server.close();
    verifying.close();
    passingThrough.close();
    ISSUER.close();
  }

  @BeforeEach
  void listen() {
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void logHasNoPartOfAProof() {
    root().detachAppender(log);
    opened.forEach(ManagedChannel::shutdownNow);
    List<String> lines =
        List.copyOf(log.list).stream()
            .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
            .toList();
    for (String secret : secrets) {
      for (String part : Splitter.on('.').split(secret)) {
        if (part.length() >= PIECE) {
          assertThat(lines).noneMatch(line -> line.contains(part));
        }
      }
    }
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
  void certificateInAHeader_isBelievedOnlyInTheHeaderOfTheMode_onTheFirstPort() {
    String pem = encoded(PKI.client(LISTED));
    String leaf = "x-amzn-mtls-clientcert-leaf";
    String chain = "x-amzn-mtls-clientcert";
    assertThat(who(with(leaf, pem, balanced()))).startsWith("SERVICE reports.internal");
    refused(verifying, Cause.NO_PROOF, with(chain, pem, balanced()));
    Channel passed = channel(passingThrough, Door.LOAD_BALANCER, PKI.trusting());
    assertThat(who(with(chain, pem, passed))).startsWith("SERVICE reports.internal");
    refused(passingThrough, Cause.NO_PROOF, with(leaf, pem, passed));
    String stolen = encoded(PKI.client(GATEWAY));
    assertThat(who(with(leaf, stolen, with(chain, pem, passed))))
        .startsWith("SERVICE reports.internal");
    refused(Cause.NO_PROOF, with(leaf, pem, open()));
    refused(Cause.NO_PROOF, with(chain, pem, open()));
    Channel secondPort = channel(verifying, Door.MTLS, PKI.trusting(PKI.client("other.internal")));
    refused(verifying, Cause.UNLISTED_CERTIFICATE, with(leaf, pem, secondPort));
  }

  @Test
  void certificateInHeaders_mustBeSignedAndListed() {
    String header = "x-amzn-mtls-clientcert-leaf";
    refused(
        verifying, Cause.CERTIFICATE, with(header, encoded(new Pki().client(LISTED)), balanced()));
    refused(
        verifying,
        Cause.CERTIFICATE,
        with(header, encoded(PKI.client(Instant.now().minusSeconds(1), LISTED)), balanced()));
    refused(verifying, Cause.CERTIFICATE, with(header, "no%20PEM", balanced()));
    refused(
        verifying,
        Cause.UNLISTED_CERTIFICATE,
        with(header, encoded(PKI.client("other.internal")), balanced()));
    refused(
        verifying,
        Cause.TWO_PROOFS,
        with(
            header,
            encoded(PKI.client(LISTED)),
            with("authorization", "Bearer " + ISSUER.serviceToken(), balanced())));
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

  private String who(Channel channel) {
    return Echo.call(channel, "who am I?");
  }

  private void refused(Cause cause, Channel channel) {
    refused(server, cause, channel);
  }

  private void refused(TestServer by, Cause cause, Channel channel) {
    double before = count(by, cause);
    Refused.by(() -> who(channel)).as(Code.UNAUTHENTICATED, "NAO_AUTENTICADO");
    assertThat(count(by, cause) - before).isEqualTo(1);
  }

  private static double count(TestServer by, Cause cause) {
    return by.instance(MeterRegistry.class)
        .get("auth.refused")
        .tag("cause", cause.name())
        .counter()
        .count();
  }

  private void denied(Channel channel) {
    double before = allCounts();
    Refused.by(() -> who(channel)).as(Code.PERMISSION_DENIED, "SEM_PERMISSAO");
    assertThat(allCounts()).isEqualTo(before);
  }

  private static double allCounts() {
    return Arrays.stream(Cause.values()).mapToDouble(cause -> count(server, cause)).sum();
  }

  private List<String> lines() {
    return List.copyOf(log.list).stream()
        .map(line -> String.valueOf(line.getKeyValuePairs()))
        .toList();
  }

  private Channel open() {
    return channel(server, Door.LOAD_BALANCER, PKI.trusting());
  }

  private Channel balanced() {
    return channel(verifying, Door.LOAD_BALANCER, PKI.trusting());
  }

  private Channel token(String token) {
    return with("authorization", "Bearer " + token, open());
  }

  private Channel certified(String... names) {
    return channel(server, Door.MTLS, PKI.trusting(PKI.client(names)));
  }

  private Channel channel(TestServer to, Door door, io.grpc.ChannelCredentials credentials) {
    ManagedChannel channel = to.channel(door, credentials);
    opened.add(channel);
    return channel;
  }

  private Channel with(String name, String value, Channel channel) {
    if (!name.equals("x-tenant-id")) {
      secrets.add(value.substring(value.indexOf(' ') + 1));
    }
    Metadata headers = new Metadata();
    headers.put(key(name), value);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static String encoded(Pki.Signed certificate) {
    return URLEncoder.encode(certificate.pem(), StandardCharsets.US_ASCII).replace("+", "%20");
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
