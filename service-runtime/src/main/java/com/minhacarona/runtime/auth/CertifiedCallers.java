package com.minhacarona.runtime.auth;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.RejectedTokenException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.connections.PeerCertificate;
import io.grpc.Attributes;
import io.grpc.Metadata;
import java.time.Clock;
import java.util.Optional;

/**
 * Knows services by their client certificates: by the one of the connection, or by the one that a
 * load balancer of ours took and wrote into the headers. A CA has signed it in either case, which
 * is not enough: one of its names must be listed. Thread-safe.
 */
final class CertifiedCallers {
  private final AuthConfig config;
  private final Clock clock;

  @Inject
  CertifiedCallers(AuthConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * The caller whose certificate came with the call; empty when there is none.
   *
   * @throws RejectedTokenException when it is not valid, or not listed
   */
  Optional<Caller> caller(Metadata headers, Attributes transport) {
    PeerCertificate ofConnection = transport.get(PeerCertificate.OF_TRANSPORT);
    if (ofConnection != null) {
      return Optional.of(listed(ofConnection));
    }
    return Optional.empty();
  }

  /** Whether {@link #caller} verifies a certificate, which takes time. */
  boolean mustVerify(Metadata headers) {
    return false;
  }

  private Caller listed(PeerCertificate certificate) {
    // The connection may be older than this.
    if (!certificate.until().isAfter(clock.instant())) {
      throw new RejectedTokenException(Cause.EXPIRED);
    }
    return config.certificates().stream()
        .filter(entry -> certificate.names().contains(entry.name()))
        .findFirst()
        .map(entry ->
            new Caller(
                Caller.Kind.SERVICE,
                entry.name(),
                Optional.empty(),
                entry.scopes(),
                Optional.of(certificate.until())))
        .orElseThrow(() -> new RejectedTokenException(Cause.UNLISTED_CERTIFICATE));
  }
}
