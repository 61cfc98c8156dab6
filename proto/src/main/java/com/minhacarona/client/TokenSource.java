package com.minhacarona.client;

import java.net.URI;

/**
 * Fetches tokens, by which a client proves who it is. The client asks when it needs a token, one
 * fetch at a time, on a virtual thread. What a source throws becomes a part of the message of calls
 * that have no token, so it must not show a secret.
 */
@FunctionalInterface
public interface TokenSource {

  /**
   * Fetches a new token. A client waits for at most 10 seconds, and then interrupts the thread.
   *
   * @throws Exception if there is none now; the client tries again later
   */
  Token fetch() throws Exception;

  /**
   * Gets tokens by the OAuth 2.0 client credentials grant (RFC 6749, section 4.4), as from Cognito.
   *
   * @param endpoint the token endpoint, such as {@code https://<domain>/oauth2/token}
   * @param clientId the id that the issuer gave the calling service
   * @param clientSecret the secret that goes with it
   * @param scopes what the token shall allow, such as {@code minha-carona/list-all}; none asks for
   *     all that the client may have
   * @throws IllegalArgumentException if the endpoint is not HTTPS
   */
  static TokenSource clientCredentials(
      URI endpoint, String clientId, String clientSecret, String... scopes) {
    return ClientCredentials.of(endpoint, clientId, clientSecret, scopes);
  }
}
