package com.minhacarona.runtime.auth;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.connections.Certificates;
import com.minhacarona.runtime.connections.Door;
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
  private final Certificates certificates;
  private final Clock clock;

  @Inject
  CertifiedCallers(AuthConfig config, Certificates certificates, Clock clock) {
    this.config = config;
    this.certificates = certificates;
    this.clock = clock;
  }

  /**
   * The caller whose certificate came with the call; empty when there is none.
   *
   * @throws RejectedProofException when it is not valid, or not listed
   */
  Optional<Caller> caller(Metadata headers, Attributes transport) {
    PeerCertificate ofConnection = transport.get(PeerCertificate.OF_TRANSPORT);
    if (ofConnection != null) {
      return Optional.of(listed(ofConnection));
    }
    return inHeaders(headers, transport)
        .map(pem ->
            listed(
                certificates
                    .verify(pem)
                    .orElseThrow(() -> new RejectedProofException(Cause.CERTIFICATE))));
  }

  /** Whether {@link #caller} verifies a certificate, which takes time. */
  boolean mustVerify(Metadata headers) {
    return config.certificateHeader().key().filter(headers::containsKey).isPresent();
  }

  /** A certificate in the headers of a call that did not come by the load balancer is a lie. */
  private Optional<String> inHeaders(Metadata headers, Attributes transport) {
    return transport.get(Door.OF_TRANSPORT) == Door.LOAD_BALANCER
        ? config.certificateHeader().key().flatMap(key -> Proofs.only(headers, key))
        : Optional.empty();
  }

  private Caller listed(PeerCertificate certificate) {
    // The connection may be older than this.
    if (!certificate.until().isAfter(clock.instant())) {
      throw new RejectedProofException(Cause.EXPIRED);
    }
    return config.certificates().stream()
        .filter(entry -> certificate.names().contains(entry.name()))
        .findFirst()
        .map(entry -> caller(entry, certificate))
        .orElseThrow(() -> new RejectedProofException(Cause.UNLISTED_CERTIFICATE));
  }

  private static Caller caller(ListedCertificate entry, PeerCertificate certificate) {
    return new Caller(
        Caller.Kind.SERVICE,
        entry.name(),
        Optional.empty(),
        entry.scopes(),
        Optional.of(certificate.until()));
  }
}
