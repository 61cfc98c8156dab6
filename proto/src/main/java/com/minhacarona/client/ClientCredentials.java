package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The OAuth 2.0 client credentials grant. Its errors show neither the secret nor what the issuer
 * wrote, except the issuer's error code.
 */
final class ClientCredentials implements TokenSource {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** Shorter than what {@link Tokens} waits for, so that the error says what was slow. */
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  /** Many times what an issuer answers. */
  private static final long MAX_ANSWER = 65_536;

  /** What an error code may look like (RFC 6749, section 5.2), and no longer than those there. */
  private static final Pattern ERROR = Pattern.compile("[a-z_]{1,40}");

  private final HttpClient http;
  private final HttpRequest request;
  private final InstantSource clock;

  private static final class Answer {
    private String access_token;
    private String token_type;
    private long expires_in;
    private String error;
  }

  ClientCredentials(HttpClient http, HttpRequest request, InstantSource clock) {
    this.http = http;
    this.request = request;
    this.clock = clock;
  }

  static ClientCredentials of(
      URI endpoint, String clientId, String clientSecret, String... scopes) {
    return new ClientCredentials(
        HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build(),
        request(endpoint, clientId, clientSecret, scopes),
        InstantSource.system());
  }

  static HttpRequest request(URI endpoint, String clientId, String clientSecret, String... scopes) {
    if (!"https".equals(endpoint.getScheme())) {
      throw new IllegalArgumentException("The secret is sent over HTTPS only, not to " + endpoint);
    }
    String form = "grant_type=client_credentials";
    if (scopes.length > 0) {
      form += "&scope=" + encoded(String.join(" ", scopes));
    }
    String basic = encoded(clientId) + ":" + encoded(clientSecret);
    return HttpRequest.newBuilder(endpoint)
        .timeout(TIMEOUT)
        .header(
            "Authorization", "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(UTF_8)))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .POST(BodyPublishers.ofString(form))
        .build();
  }

  @Override
  public Token fetch() throws IOException, InterruptedException {
    Instant asked = clock.instant();
    HttpResponse<String> response =
        http.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_ANSWER));
    Answer answer = parse(response);
    if (response.statusCode() != 200) {
      String error =
          answer.error != null && ERROR.matcher(answer.error).matches() ? answer.error : "no code";
      throw failure("%s (%s)".formatted(response.statusCode(), error));
    }
    if (answer.access_token == null || !"bearer".equalsIgnoreCase(answer.token_type)) {
      throw failure("200 without a bearer token");
    }
    return new Token(answer.access_token, asked.plusSeconds(answer.expires_in));
  }

  private Answer parse(HttpResponse<String> response) throws IOException {
    try {
      Answer answer = new Gson().fromJson(response.body(), Answer.class);
      return answer != null ? answer : new Answer();
    } catch (JsonParseException _) {
      // Its message may show what the issuer wrote, which may be a part of a token.
      if (response.statusCode() == 200) {
        throw failure("200 without JSON");
      }
      return new Answer();
    }
  }

  private IOException failure(String answer) {
    return new IOException("%s answered %s".formatted(request.uri(), answer));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
