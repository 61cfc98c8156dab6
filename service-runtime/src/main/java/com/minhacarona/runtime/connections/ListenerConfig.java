package com.minhacarona.runtime.connections;

import com.minhacarona.runtime.process.Environment;
import java.util.Optional;

/**
 * Where a server listens.
 *
 * @param port TCP port; 0 takes any free one
 * @param portVariable the environment variable that sets the port, to name in an error
 * @param mtlsPort the second port, which requires client certificates, and opens only when {@code
 *     tls} has CAs for them; 0 takes any free one
 * @param mtlsPortVariable the environment variable that sets the second port
 * @param tls how the server proves who it is; without it the port speaks plain text
 * @param loopbackOnly whether only this machine gets through
 */
public record ListenerConfig(
    int port,
    String portVariable,
    int mtlsPort,
    String mtlsPortVariable,
    Optional<TlsConfig> tls,
    boolean loopbackOnly) {
  private static final int MAX_PORT = 65_535;

  /** Reads the settings. */
  public static ListenerConfig from(
      Environment environment,
      String portVariable,
      int defaultPort,
      String mtlsPortVariable,
      int defaultMtlsPort) {
    int port = environment.integer(portVariable, defaultPort, 0, MAX_PORT);
    int mtlsPort = environment.integer(mtlsPortVariable, defaultMtlsPort, 0, MAX_PORT);
    if (port == mtlsPort && port != 0 && environment.isSet(TlsConfig.CLIENT_CA)) {
      environment.problem(
          "%s and %s must be two ports, and are both %s"
              .formatted(portVariable, mtlsPortVariable, port));
    }
    return new ListenerConfig(
        port, portVariable, mtlsPort, mtlsPortVariable, TlsConfig.from(environment), false);
  }

  /** Any free port, in plain text. */
  public static ListenerConfig plaintext() {
    return new ListenerConfig(
        0, "MINHA_CARONA_PORT", 0, "MINHA_CARONA_MTLS_PORT", Optional.empty(), false);
  }

  /** The same, on another port. */
  public ListenerConfig withPort(int port) {
    return new ListenerConfig(port, portVariable, mtlsPort, mtlsPortVariable, tls, loopbackOnly);
  }

  /** The same, with TLS. */
  public ListenerConfig withTls(TlsConfig tls) {
    return new ListenerConfig(
        port, portVariable, mtlsPort, mtlsPortVariable, Optional.of(tls), loopbackOnly);
  }

  /** The same, for this machine alone or for everybody. */
  public ListenerConfig withLoopbackOnly(boolean loopbackOnly) {
    return new ListenerConfig(port, portVariable, mtlsPort, mtlsPortVariable, tls, loopbackOnly);
  }

  /** Whether the second port opens. */
  public boolean hasMtls() {
    return tls.flatMap(TlsConfig::clientCa).isPresent();
  }
}
