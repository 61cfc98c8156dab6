package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.auth.Issuer;
import com.minhacarona.runtime.call.Caller;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * An issuer on loopback that signs tokens as Cognito and IAM do, and shows its keys, or does not.
 */
public final class TestIssuer implements AutoCloseable {
  /** The {@code aud} or {@code client_id} of its tokens. */
  public static final String AUDIENCE = "minha-carona-test";

  /** How scopes of ours begin. */
  public static final String SCOPE_PREFIX = "minha-carona/";

  /** The claim with a user's tenant. */
  public static final String TENANT_CLAIM = "custom:condominio_id";

  /** The role of people on call. */
  public static final String ON_CALL = "arn:aws:iam::123456789012:role/on-call";

  /** How long its tokens are good. */
  public static final Duration LIFE = Duration.ofHours(1);

  /** Made once, since it takes a while; issuers that were not rotated have the first. */
  private static final List<RSAKey> KEYS = List.of(newKey(), newKey(), newKey());

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private final Clock clock;
  private volatile RSAKey key = KEYS.getFirst();
  private volatile Answer answer;

  /** What it does when it is asked for its keys. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** An issuer that is up, whose tokens begin now. */
  public TestIssuer() {
    this(Clock.systemUTC());
  }

  /** An issuer that is up, whose tokens begin when this clock says. */
  public TestIssuer(Clock clock) {
    this.clock = clock;
    this.answer = keys();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          answer.to(exchange);
        });
    server.start();
  }

  /** Its {@code iss}. */
  public String name() {
    return "http://127.0.0.1:%s".formatted(server.getAddress().getPort());
  }

  /** Where its keys are. */
  public URI jwks() {
    return URI.create(name() + "/.well-known/jwks.json");
  }

  /** How often it was asked for anything. */
  public int requests() {
    return requests.get();
  }

  /** From now on it answers so. */
  public void answers(Answer next) {
    answer = next;
  }

  /** The right answer: its key, as it is then. */
  public Answer keys() {
    return exchange -> respond(exchange, 200, jwks(key));
  }

  /** An answer with these keys. */
  public static Answer keys(JWK... keys) {
    return exchange -> respond(exchange, 200, jwks(keys));
  }

  /** An answer of this status and content. */
  public static Answer respond(int status, String body) {
    return exchange -> respond(exchange, status, body);
  }

  /** Sends whoever asks to another address. */
  public static Answer redirectTo(URI target) {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", target.toString());
      respond(exchange, 302, "");
    };
  }

  /** Hangs up without a word. */
  public static Answer hangUp() {
    return HttpExchange::close;
  }

  /** Its key, private part included. */
  public RSAKey key() {
    return key;
  }

  /** Signs with another key from now on, and shows that one alone; there are three in turn. */
  public void rotate() {
    key = KEYS.get((KEYS.indexOf(key) + 1) % KEYS.size());
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048)
          .keyID(UUID.randomUUID().toString())
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The entry for services, by access tokens of Cognito's client credentials. */
  public Issuer services() {
    return new Issuer(
        name(),
        jwks(),
        Caller.Kind.SERVICE,
        Set.of(AUDIENCE),
        "access",
        Set.of(),
        SCOPE_PREFIX,
        "",
        Set.of(),
        "client_id",
        "");
  }

  /** The entry for users, by ID tokens of Cognito. */
  public Issuer users() {
    return new Issuer(
        name(),
        jwks(),
        Caller.Kind.USER,
        Set.of(AUDIENCE),
        "id",
        Set.of(),
        "",
        "",
        Set.of(),
        "sub",
        TENANT_CLAIM);
  }

  /** The entry for people on call, by tokens of IAM for their role. */
  public Issuer operators() {
    return new Issuer(
        name(),
        jwks(),
        Caller.Kind.OPERATOR,
        Set.of(AUDIENCE),
        "",
        Set.of(ON_CALL),
        "",
        "",
        Set.of(),
        "sub",
        "");
  }

  /** An access token of Cognito's client credentials, with scopes of ours. */
  public String serviceToken(String... scopes) {
    return token(claims ->
        claims
            .subject(AUDIENCE)
            .claim("client_id", AUDIENCE)
            .claim("token_use", "access")
            .claim("version", 2)
            .claim(
                "scope",
                String.join(" ", List.of(scopes).stream().map(SCOPE_PREFIX::concat).toList())));
  }

  /** An ID token of Cognito for a user of a tenant. */
  public String userToken(String id, String tenant) {
    return token(claims ->
        claims
            .subject(id)
            .audience(AUDIENCE)
            .claim("token_use", "id")
            .claim("email", "pessoa@example.com")
            .claim("email_verified", true)
            .claim("cognito:username", id)
            .claim(TENANT_CLAIM, tenant));
  }

  /** A token of IAM's outbound identity for {@link #ON_CALL}. */
  public String operatorToken() {
    return token(claims -> claims.subject(ON_CALL).audience(AUDIENCE));
  }

  /** A token with the usual times and issuer, and whatever is added or replaced. */
  public String token(UnaryOperator<JWTClaimsSet.Builder> claims) {
    Instant now = clock.instant();
    JWTClaimsSet.Builder usual =
        new JWTClaimsSet.Builder()
            .issuer(name())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFE)))
            .jwtID(UUID.randomUUID().toString());
    RSAKey signing = key;
    return sign(header(signing), claims.apply(usual).build().toString(), signing);
  }

  /** The header of tokens signed with this key. */
  public static String header(RSAKey key) {
    return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build().toString();
  }

  /** Signs any header and any claims with RS256, whatever the header says. */
  public static String sign(String header, String claims, RSAKey key) {
    String content = Base64URL.encode(header) + "." + Base64URL.encode(claims);
    try {
      return content
          + "."
          + new RSASSASigner(key)
              .sign(new JWSHeader(JWSAlgorithm.RS256), content.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString();
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
