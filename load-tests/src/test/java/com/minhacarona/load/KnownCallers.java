package com.minhacarona.load;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.minhacarona.runtime.auth.Issuer;
import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.runtime.testing.TestIssuer;
import io.grpc.ChannelCredentials;
import io.grpc.Metadata;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Callers that prove who they are in each way there is, and the settings of tasks for them. */
public final class KnownCallers implements AutoCloseable {
  private static final String ON_BEHALF_OF = "on-behalf-of";
  private static final String CERTIFIED = "load-tests.internal";

  private final Pki pki = new Pki();
  private final Pki.Signed server = pki.server();
  private final TestIssuer issuer = new TestIssuer();

  /** What signs all certificates. */
  public Pki pki() {
    return pki;
  }

  /** A task that lets anybody in, over TLS. */
  Map<String, String> off() {
    return Map.of(
        "MINHA_CARONA_AUTHENTICATION", "off",
        "MINHA_CARONA_TLS_CERTIFICATE", server.pem(),
        "MINHA_CARONA_TLS_KEY", server.keyPem());
  }

  /** A task that lets in these callers only, by token or by certificate on its second port. */
  public Map<String, String> required() {
    Map<String, String> settings = new HashMap<>(off());
    JsonArray issuers = new JsonArray();
    List.of(issuer.services(), issuer.users()).forEach(entry -> issuers.add(json(entry)));
    settings.putAll(
        Map.of(
            "MINHA_CARONA_AUTHENTICATION",
            "required",
            "MINHA_CARONA_ISSUERS",
            issuers.toString(),
            "MINHA_CARONA_CLIENT_CA",
            pki.pem(),
            "MINHA_CARONA_MTLS_PORT",
            "0",
            "MINHA_CARONA_CLIENT_CERTIFICATES",
            new Gson()
                .toJson(List.of(Map.of("name", CERTIFIED, "scopes", List.of(ON_BEHALF_OF))))));
    return settings;
  }

  /** Shows no certificate. */
  public ChannelCredentials stranger() {
    return pki.trusting();
  }

  /** Shows the certificate that {@link #required} lists. */
  ChannelCredentials certified() {
    return pki.trusting(pki.client(CERTIFIED));
  }

  /** The token of a service that may act for users. */
  public String serviceToken() {
    return issuer.serviceToken(ON_BEHALF_OF);
  }

  /** Metadata with the token of a service. */
  public static Metadata bearing(String serviceToken) {
    Metadata headers = new Metadata();
    headers.put(key("authorization"), "Bearer " + serviceToken);
    return headers;
  }

  /** The same, for a user of this tenant. */
  Metadata bearing(String serviceToken, String tenant) {
    Metadata headers = bearing(serviceToken);
    headers.put(key("x-on-behalf-of"), issuer.userToken("ana", tenant));
    return headers;
  }

  private static JsonObject json(Issuer entry) {
    JsonObject json = new JsonObject();
    json.addProperty("issuer", entry.issuer());
    json.addProperty("jwks", entry.jwks().toString());
    json.addProperty("kind", entry.kind().name().toLowerCase(Locale.ROOT));
    json.add("audiences", new Gson().toJsonTree(entry.audiences()));
    json.addProperty("tokenUse", entry.tokenUse());
    json.addProperty("scopePrefix", entry.scopePrefix());
    json.addProperty("idClaim", entry.idClaim());
    json.addProperty("tenantClaim", entry.tenantClaim());
    return json;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public void close() {
    issuer.close();
  }
}
