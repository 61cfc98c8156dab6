package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may call, and how each proves who it is.
 *
 * @param required whether callers must prove who they are; otherwise everybody is {@link
 *     Caller#TRUSTED}, and the service listens on loopback only
 * @param issuers whose tokens are believed
 * @param certificates client certificates that are believed
 * @param certificateHeader which header of a load balancer is believed, on its port
 */
public record AuthConfig(
    boolean required,
    List<Issuer> issuers,
    List<ListedCertificate> certificates,
    CertificateHeader certificateHeader) {
  private static final String MODE = "MINHA_CARONA_AUTHENTICATION";
  private static final String REQUIRED = "required";
  private static final String OFF = "off";
  private static final String ISSUERS = "MINHA_CARONA_ISSUERS";
  private static final String HEADER = "MINHA_CARONA_HEADER_CERTIFICATES";
  private static final String CERTIFICATES = "MINHA_CARONA_CLIENT_CERTIFICATES";

  private static final Map<String, Caller.Kind> KINDS =
      Map.of(
          "service", Caller.Kind.SERVICE,
          "operator", Caller.Kind.OPERATOR,
          "user", Caller.Kind.USER);

  /** Everybody may call. */
  public static final AuthConfig OPEN =
      new AuthConfig(false, List.of(), List.of(), CertificateHeader.OFF);

  public AuthConfig {
    issuers = List.copyOf(issuers);
    certificates = List.copyOf(certificates);
  }

  /** Reads the settings; a service without them does not start. */
  public static AuthConfig from(Environment environment) {
    Optional<String> mode = environment.requiredWord(MODE, Set.of(REQUIRED, OFF));
    Optional<List<Issuer>> issuers =
        environment.parsed(ISSUERS, "a JSON list of issuers", AuthConfig::issuers);
    Optional<List<ListedCertificate>> certificates =
        environment.parsed(CERTIFICATES, "a JSON list of certificates", AuthConfig::certificates);
    String header = environment.oneOf(HEADER, OFF, Set.of(OFF, "verify", "passthrough"));
    boolean required = mode.filter(REQUIRED::equals).isPresent();
    AuthConfig config =
        new AuthConfig(
            required,
            issuers.orElse(List.of()),
            certificates.orElse(List.of()),
            CertificateHeader.valueOf(header.toUpperCase(Locale.ROOT)));
    boolean malformed =
        environment.isSet(ISSUERS) != issuers.isPresent()
            || environment.isSet(CERTIFICATES) != certificates.isPresent();
    if (required && !malformed && config.listsNobody()) {
      environment.problem(
          "%s is '%s', and neither %s nor %s lists anybody"
              .formatted(MODE, REQUIRED, ISSUERS, CERTIFICATES));
    }
    return config;
  }

  /** Whether client certificates would be believed, which takes CAs for them. */
  public boolean believesCertificates() {
    return required && (!certificates.isEmpty() || certificateHeader != CertificateHeader.OFF);
  }

  private boolean listsNobody() {
    return issuers.isEmpty() && certificates.isEmpty();
  }

  private static List<Issuer> issuers(String json) {
    List<Issuer> issuers = ListEntry.readAll(json, AuthConfig::issuer);
    Map<String, URI> addresses = new HashMap<>();
    for (Issuer issuer : issuers) {
      if (!issuer.jwks().equals(addresses.computeIfAbsent(issuer.issuer(), _ -> issuer.jwks()))) {
        throw new IllegalArgumentException("one issuer must have one jwks in all its entries");
      }
    }
    return issuers;
  }

  private static Issuer issuer(ListEntry entry) {
    Caller.Kind kind = KINDS.get(entry.requiredText("kind"));
    if (kind == null) {
      throw entry.wrong("kind must be one of operator, service, user");
    }
    Issuer issuer =
        new Issuer(
            entry.requiredText("issuer"),
            jwks(entry),
            kind,
            entry.texts("audiences"),
            entry.text("tokenUse", ""),
            entry.texts("subjects"),
            entry.text("scopePrefix", ""),
            entry.text("requiredScope", ""),
            entry.texts("grants"),
            entry.text("idClaim", "sub"),
            entry.text("tenantClaim", ""));
    if (issuer.idClaim().isEmpty()) {
      throw entry.wrong("idClaim must not be empty");
    }
    if (issuer.audiences().isEmpty()) {
      throw entry.wrong("audiences must not be empty");
    }
    if (kind == Caller.Kind.USER && issuer.tenantClaim().isEmpty()) {
      throw entry.wrong("a user must have a tenantClaim");
    }
    return issuer;
  }

  /**
   * Whoever can change an answer on its way can make tokens, so it travels by TLS or not at all.
   */
  private static URI jwks(ListEntry entry) {
    try {
      URI address = new URI(entry.requiredText("jwks"));
      boolean loopback =
          "http".equals(address.getScheme()) && "127.0.0.1".equals(address.getHost());
      if (address.getHost() != null
          && address.getUserInfo() == null
          && ("https".equals(address.getScheme()) || loopback)) {
        return address;
      }
    } catch (URISyntaxException _) {
      // Reported below, like an address of another kind.
    }
    throw entry.wrong("jwks must be an https address");
  }

  private static List<ListedCertificate> certificates(String json) {
    List<ListedCertificate> certificates =
        ListEntry.readAll(
            json,
            entry -> new ListedCertificate(entry.requiredText("name"), entry.texts("scopes")));
    Set<String> names = new HashSet<>();
    for (ListedCertificate certificate : certificates) {
      if (!names.add(certificate.name())) {
        throw new IllegalArgumentException("a certificate is listed twice: " + certificate.name());
      }
    }
    return certificates;
  }
}
