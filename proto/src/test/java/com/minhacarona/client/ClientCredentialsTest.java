package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientCredentialsTest {
  private static final String SECRET = "s3cr3t+/&";

  private final FakeClock clock = new FakeClock();
  private final CountDownLatch over = new CountDownLatch(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpsServer issuer;
  private HttpClient http;
  private volatile int status = 200;
  private volatile String answer = "{}";
  private volatile boolean silent;

  @BeforeEach
  void start() throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=issuer")
            .addSanDnsName("localhost")
            .buildIssuedBy(SecureServer.ca("CN=Test CA"));
    SSLContext server = SSLContext.getInstance("TLS");
    server.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, certificate.toTrustManagerFactory().getTrustManagers(), null);
    issuer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setHttpsConfigurator(new HttpsConfigurator(server));
    issuer.createContext("/oauth2/token", this::answer);
    issuer.start();
    http = HttpClient.newBuilder().sslContext(client).build();
  }

  @AfterEach
  void stop() {
    over.countDown();
    http.shutdownNow();
    issuer.stop(0);
  }

  @Test
  void aToken_isFetchedAsRfc6749Says() throws Exception {
    answer = "{\"access_token\":\"ey.J.w\",\"expires_in\":3600,\"token_type\":\"Bearer\"}";
    Token token = source("minha-carona/list-all", "minha-carona/on-behalf-of").fetch();
    assertThat(token.value()).isEqualTo("ey.J.w");
    assertThat(token.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    String basic = Base64.getEncoder().encodeToString("api%3A1:s3cr3t%2B%2F%26".getBytes(UTF_8));
    assertThat(asked)
        .containsExactly(
            "POST Basic "
                + basic
                + " application/x-www-form-urlencoded"
                + " grant_type=client_credentials"
                + "&scope=minha-carona%2Flist-all+minha-carona%2Fon-behalf-of");
  }

  @Test
  void withoutScopes_noneIsAskedFor() throws Exception {
    answer = "{\"access_token\":\"a\",\"expires_in\":3600,\"token_type\":\"bearer\"}";
    source().fetch();
    assertThat(asked.getFirst()).endsWith(" grant_type=client_credentials");
  }

  @Test
  void aRefusal_tellsItsCode_andNothingElse() {
    status = 400;
    answer = "{\"error\":\"invalid_client\",\"error_description\":\"" + SECRET + "\"}";
    assertFails("answered 400 (invalid_client)");
    answer = "{\"error\":\"Basic " + SECRET + "\"}";
    assertFails("answered 400 (no code)");
    answer = "<html>" + SECRET;
    assertFails("answered 400 (no code)");
    status = 302;
    answer = "";
    assertFails("answered 302 (no code)");
  }

  @Test
  void garbage_isNoToken_andIsNotShown() {
    for (String text : List.of("", "null", "{}", "{\"access_token\":\"" + SECRET + "\"}")) {
      answer = text;
      assertFails("answered 200 without a bearer token");
    }
    for (String text : List.of("<html>" + SECRET, "[]", "\"" + SECRET + "\"", "{\"a\":")) {
      answer = text;
      assertFails("answered 200 without JSON");
    }
    answer = "{\"access_token\":\"" + SECRET + " \",\"expires_in\":1,\"token_type\":\"Bearer\"}";
    assertFails("A text of 10 characters is no token");
  }

  @Test
  void anAnswerThatIsTooLarge_isNotRead() {
    answer = "{\"access_token\":\"" + "a".repeat(65_536) + "\"}";
    assertFails("body exceeds capacity");
  }

  @Test
  void anIssuerThatIsSilent_isLeftInTime() {
    silent = true;
    HttpRequest impatient =
        HttpRequest.newBuilder(request(), (_, _) -> true).timeout(Duration.ofMillis(100)).build();
    assertThatThrownBy(() -> new ClientCredentials(http, impatient, clock).fetch())
        .isInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void aRequest_hasATimeout_shorterThanTheClientsOwn() {
    assertThat(request().timeout()).hasValueSatisfying(t -> assertThat(t).hasSeconds(8));
  }

  @Test
  void theSecret_isSentOverHttpsOnly() {
    assertThatThrownBy(() ->
            TokenSource.clientCredentials(
                URI.create("http://localhost/oauth2/token"), "api", SECRET))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain(SECRET);
  }

  @Test
  void anIssuerThatTheJdkDoesNotTrust_getsNoSecret() {
    TokenSource source =
        TokenSource.clientCredentials(
            URI.create(
                "https://localhost:%s/oauth2/token".formatted(issuer.getAddress().getPort())),
            "api",
            SECRET);
    assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);
    assertThat(asked).isEmpty();
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> source().fetch())
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain(SECRET));
  }

  private ClientCredentials source(String... scopes) {
    return new ClientCredentials(http, request(scopes), clock);
  }

  private HttpRequest request(String... scopes) {
    return ClientCredentials.request(
        URI.create("https://localhost:%s/oauth2/token".formatted(issuer.getAddress().getPort())),
        "api:1",
        SECRET,
        scopes);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          "%s %s %s %s"
              .formatted(
                  exchange.getRequestMethod(),
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  exchange.getRequestHeaders().getFirst("Content-Type"),
                  new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      if (silent) {
        over.await();
      }
      byte[] body = answer.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
