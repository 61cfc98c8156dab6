package com.minhacarona.runtime.connections;

import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.TextSource;
import java.util.Optional;

/**
 * How a server proves who it is, and whose client certificates it looks at. All texts are PEM.
 *
 * @param certificate the server's certificate, followed by those of the CAs between it and the root
 * @param key its private key, in PKCS#8
 * @param clientCa the CAs of client certificates; without it no port asks for one
 */
public record TlsConfig(TextSource certificate, TextSource key, Optional<TextSource> clientCa) {
  public static final String CERTIFICATE = "MINHA_CARONA_TLS_CERTIFICATE";
  public static final String KEY = "MINHA_CARONA_TLS_KEY";
  public static final String CLIENT_CA = "MINHA_CARONA_CLIENT_CA";

  /** Reads the settings; empty when there is neither certificate nor key. */
  public static Optional<TlsConfig> from(Environment environment) {
    Optional<TextSource> certificate = environment.pem(CERTIFICATE);
    Optional<TextSource> key = environment.pem(KEY);
    Optional<TextSource> clientCa = environment.pem(CLIENT_CA);
    if (environment.isSet(CERTIFICATE) != environment.isSet(KEY)) {
      environment.problem("%s and %s must be set together".formatted(CERTIFICATE, KEY));
    }
    if (environment.isSet(CLIENT_CA) && !environment.isSet(CERTIFICATE)) {
      environment.problem("%s needs %s".formatted(CLIENT_CA, CERTIFICATE));
    }
    return certificate.flatMap(c -> key.map(k -> new TlsConfig(c, k, clientCa)));
  }
}
