package com.minhacarona.runtime.connections;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A client certificate that a CA of ours has signed. It says who its holder is, and not that the
 * holder may do anything.
 *
 * @param names its DNS names and URIs, exactly as they are written; its common name is none of them
 * @param until when it expires
 */
public record PeerCertificate(Set<String> names, Instant until) {
  /** The kinds of names, by number, that can be an identity: RFC 5280, 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private static final int URI = 6;

  /** Of each connection to the port with client certificates; parsed once a connection. */
  @Grpc.TransportAttr
  public static final Attributes.Key<PeerCertificate> OF_TRANSPORT =
      Attributes.Key.create("peer-certificate");

  public PeerCertificate {
    names = Set.copyOf(names);
  }

  /** Reads a certificate that was verified already. One whose names are unreadable has none. */
  public static PeerCertificate of(X509Certificate verified) {
    return new PeerCertificate(names(verified), verified.getNotAfter().toInstant());
  }

  private static Set<String> names(X509Certificate certificate) {
    Set<String> names = new HashSet<>();
    Collection<List<?>> alternatives;
    try {
      alternatives = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException _) {
      return names;
    }
    if (alternatives != null) {
      for (List<?> kindAndName : alternatives) {
        if ((kindAndName.get(0).equals(DNS_NAME) || kindAndName.get(0).equals(URI))
            && kindAndName.get(1) instanceof String name) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
