package com.minhacarona.runtime.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, and how each proves who it is.
 *
 * @param required whether callers must prove who they are; otherwise everybody is {@link
 *     Caller#TRUSTED}, and the service listens on loopback only
 * @param issuers whose tokens are believed
 * @param certificates client certificates that are believed
 * @param certificatesInHeaders whether certificates in the headers of a load balancer are believed,
 *     on its port
 */
public record AuthConfig(
    boolean required,
    List<Issuer> issuers,
    List<ListedCertificate> certificates,
    boolean certificatesInHeaders) {
  private static final String MODE = "MINHA_CARONA_AUTHENTICATION";
  private static final String REQUIRED = "required";
  private static final String OFF = "off";
  private static final String ISSUERS = "MINHA_CARONA_ISSUERS";
  private static final String CERTIFICATES = "MINHA_CARONA_CLIENT_CERTIFICATES";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Everybody may call. */
  public static final AuthConfig OPEN = new AuthConfig(false, List.of(), List.of(), false);

  public AuthConfig {
    issuers = List.copyOf(issuers);
    certificates = List.copyOf(certificates);
  }

  /** Reads the settings; a service without them does not start. */
  public static AuthConfig from(Environment environment) {
    Optional<String> mode = environment.requiredWord(MODE, Set.of(REQUIRED, OFF));
    List<Issuer> issuers =
        environment
            .parsed(ISSUERS, "a JSON list of issuers", AuthConfig::issuers)
            .orElse(List.of());
    List<ListedCertificate> certificates =
        environment
            .parsed(CERTIFICATES, "a JSON list of certificates", AuthConfig::certificates)
            .orElse(List.of());
    boolean inHeaders =
        environment.oneOf("MINHA_CARONA_HEADER_CERTIFICATES", OFF, Set.of("on", OFF)).equals("on");
    boolean required = mode.filter(REQUIRED::equals).isPresent();
    if (required && issuers.isEmpty() && certificates.isEmpty()) {
      environment.problem(
          "%s is '%s', and neither %s nor %s lists anybody"
              .formatted(MODE, REQUIRED, ISSUERS, CERTIFICATES));
    }
    return new AuthConfig(required, issuers, certificates, inHeaders);
  }

  private static List<Issuer> issuers(String json) {
    return parse(json, IssuerEntry[].class).stream().map(IssuerEntry::toIssuer).toList();
  }

  private static List<ListedCertificate> certificates(String json) {
    return parse(json, CertificateEntry[].class).stream()
        .map(CertificateEntry::toCertificate)
        .toList();
  }

  private static <T> List<T> parse(String json, Class<T[]> type) {
    try {
      return List.of(JSON.readValue(json, type));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (NullPointerException e) {
      throw new IllegalArgumentException("null is no entry", e);
    }
  }

  /** An entry of the list of issuers, as it is written. */
  private record IssuerEntry(
      @JsonProperty(required = true) String issuer,
      @JsonProperty(required = true) URI jwks,
      @JsonProperty(required = true) String kind,
      @JsonProperty(required = true) Set<String> audiences,
      @Nullable String tokenUse,
      @Nullable Set<String> subjects,
      @Nullable String scopePrefix,
      @Nullable String requiredScope,
      @Nullable Set<String> grants,
      @Nullable String idClaim,
      @Nullable String tenantClaim) {

    Issuer toIssuer() {
      if (audiences == null || audiences.isEmpty()) {
        throw new IllegalArgumentException("audiences must not be empty");
      }
      Caller.Kind callerKind = Caller.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
      String tenant = orEmpty(tenantClaim);
      if (callerKind == Caller.Kind.USER && tenant.isEmpty()) {
        throw new IllegalArgumentException("users must have a tenantClaim");
      }
      if (!"https".equals(jwks.getScheme()) && !isLoopback(jwks)) {
        throw new IllegalArgumentException("jwks must be an https address");
      }
      return new Issuer(
          issuer,
          jwks,
          callerKind,
          Set.copyOf(audiences),
          orEmpty(tokenUse),
          orEmpty(subjects),
          orEmpty(scopePrefix),
          orEmpty(requiredScope),
          orEmpty(grants),
          idClaim == null ? "sub" : idClaim,
          tenant);
    }

    private static boolean isLoopback(URI address) {
      return "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
    }
  }

  /** An entry of the list of certificates, as it is written. */
  private record CertificateEntry(
      @JsonProperty(required = true) String name, @Nullable Set<String> scopes) {

    ListedCertificate toCertificate() {
      return new ListedCertificate(name, orEmpty(scopes));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Set<String> orEmpty(@Nullable Set<String> words) {
    return words == null ? Set.of() : Set.copyOf(words);
  }
}
