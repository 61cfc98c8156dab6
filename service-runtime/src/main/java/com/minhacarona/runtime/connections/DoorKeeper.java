package com.minhacarona.runtime.connections;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Tells each call of a connection by which door it came, and with which certificate. */
final class DoorKeeper extends ServerTransportFilter {
  private final Door door;

  DoorKeeper(Door door) {
    this.door = door;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    Attributes.Builder known = transport.toBuilder().set(Door.OF_TRANSPORT, door);
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (door == Door.MTLS && session != null) {
      known.set(PeerCertificate.OF_TRANSPORT, PeerCertificate.of(certificate(session)));
    }
    return known.build();
  }

  private static X509Certificate certificate(SSLSession session) {
    try {
      return (X509Certificate) session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("TLS let somebody in without a certificate", e);
    }
  }
}
