package com.minhacarona.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.client.Token;
import com.minhacarona.client.TokenSource;
import com.minhacarona.runtime.auth.Issuer;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestIssuer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of services that let in only callers that prove who they are, and those proofs. Its
 * issuer of tokens is on loopback, as the services are.
 */
final class LockedDoor implements AutoCloseable {
  /** The name in the client certificate that is listed. */
  static final String LISTED = "billing.internal.example";

  private final TestIssuer issuer = new TestIssuer();
  private final Pki ofServices = new Pki();
  private final Pki ofClients = new Pki();
  private final Pki.Signed server = ofServices.server();

  /** As below, behind a load balancer that verifies client certificates. */
  Map<String, String> settings() {
    return settings("verify");
  }

  /**
   * Environment variables of a service; both of its ports are any free ones.
   *
   * @param headerCertificates what the load balancer does with client certificates
   */
  Map<String, String> settings(String headerCertificates) {
    return Map.of(
        "MINHA_CARONA_AUTHENTICATION",
        "required",
        "MINHA_CARONA_ISSUERS",
        json(Stream.of(issuer.services(), issuer.users()).map(LockedDoor::entry).toList()),
        "MINHA_CARONA_TLS_CERTIFICATE",
        server.pem(),
        "MINHA_CARONA_TLS_KEY",
        server.keyPem(),
        "MINHA_CARONA_CLIENT_CA",
        ofClients.pem(),
        "MINHA_CARONA_MTLS_PORT",
        "0",
        "MINHA_CARONA_CLIENT_CERTIFICATES",
        json(List.of(Map.of("name", LISTED, "scopes", Set.of(Caller.LIST_ALL)))),
        "MINHA_CARONA_HEADER_CERTIFICATES",
        headerCertificates);
  }

  /** The authority that signed the services' certificate. */
  Pki ofServices() {
    return ofServices;
  }

  /** The authority whose client certificates the services look at. */
  Pki ofClients() {
    return ofClients;
  }

  /** The token of a service that may act for residents. */
  String serviceToken() {
    return issuer.serviceToken(Caller.ON_BEHALF_OF);
  }

  /** The same for our client, which gets another one when it is due. */
  TokenSource serviceTokens() {
    return () -> new Token(serviceToken(), Instant.now().plus(TestIssuer.LIFE));
  }

  /** The token of a resident, which a service passes on. */
  String residentToken(String resident, String condominio) {
    return issuer.userToken(resident, condominio);
  }

  private static Map<String, Object> entry(Issuer issuer) {
    return Map.of(
        "issuer", issuer.issuer(),
        "jwks", issuer.jwks().toString(),
        "kind", issuer.kind().name().toLowerCase(Locale.ROOT),
        "audiences", issuer.audiences(),
        "tokenUse", issuer.tokenUse(),
        "scopePrefix", issuer.scopePrefix(),
        "idClaim", issuer.idClaim(),
        "tenantClaim", issuer.tenantClaim());
  }

  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    issuer.close();
  }
}
