package com.minhacarona.cdk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose tokens the services believe: what {@code MINHA_CARONA_ISSUERS} holds. The first entry that
 * a token fits decides what its caller is.
 */
final class BelievedIssuers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Map<String, Object>> entries = new ArrayList<>();

  /**
   * Programs with a client id and a secret of the user pool. The scope is required: without it, the
   * access token of a user who signed in by that client would be one of the program's.
   */
  BelievedIssuers programs(String pool, String clientId, String resourceServer, String scope) {
    Map<String, Object> entry = entry(pool, "service", clientId);
    entry.put("tokenUse", "access");
    entry.put("scopePrefix", resourceServer + "/");
    entry.put("requiredScope", scope);
    entry.put("idClaim", "client_id");
    return this;
  }

  /** People who signed in to the user pool by the client, each of one tenant. */
  BelievedIssuers users(String pool, String clientId, String tenantClaim) {
    Map<String, Object> entry = entry(pool, "user", clientId);
    entry.put("tokenUse", "id");
    entry.put("tenantClaim", tenantClaim);
    return this;
  }

  /** Those for whom IAM signs a token that says which role they have. */
  BelievedIssuers roles(String issuer, String audience, String account, Callers callers) {
    if (!callers.onCallRoles().isEmpty()) {
      entry(issuer, "operator", audience)
          .put(
              "subjects",
              callers.onCallRoles().stream().map(name -> roleArn(account, name)).toList());
    }
    for (Callers.Program role : callers.serviceRoles()) {
      Map<String, Object> entry = entry(issuer, "service", audience);
      entry.put("subjects", List.of(roleArn(account, role.name())));
      entry.put("grants", role.scopes().stream().sorted().toList());
    }
    return this;
  }

  private Map<String, Object> entry(String issuer, String kind, String audience) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("issuer", issuer);
    entry.put("jwks", issuer + "/.well-known/jwks.json");
    entry.put("kind", kind);
    entry.put("audiences", List.of(audience));
    entries.add(entry);
    return entry;
  }

  private static String roleArn(String account, String name) {
    return "arn:aws:iam::%s:role/%s".formatted(account, name);
  }

  String json() {
    return json(entries);
  }

  /** The callers with certificates: what {@code MINHA_CARONA_CLIENT_CERTIFICATES} holds. */
  static String certificates(List<Callers.Program> listed) {
    List<Map<String, Object>> certificates = new ArrayList<>();
    for (Callers.Program program : listed) {
      // In this order: a template that differs from synthesis to synthesis is deployed each time.
      Map<String, Object> certificate = new LinkedHashMap<>();
      certificate.put("name", program.name());
      certificate.put("scopes", program.scopes().stream().sorted().toList());
      certificates.add(certificate);
    }
    return json(certificates);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
