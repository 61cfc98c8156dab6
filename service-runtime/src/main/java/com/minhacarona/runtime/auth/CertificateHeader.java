package com.minhacarona.runtime.auth;

import io.grpc.Metadata;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a load balancer writes the certificate of its client, which has proved to have the key. In
 * each of its two modes an Application Load Balancer writes one header; the other one could come
 * from anybody, so only the header of the configured mode is believed.
 */
public enum CertificateHeader {
  /** No certificate in a header is believed. */
  OFF(""),
  /** The load balancer has verified the certificate, and writes it alone. */
  VERIFY("x-amzn-mtls-clientcert-leaf"),
  /** The load balancer writes the certificate and what came with it, as it came. */
  PASSTHROUGH("x-amzn-mtls-clientcert");

  /** Made once, since each call is asked for them. */
  private static final Map<CertificateHeader, Metadata.Key<String>> KEYS =
      Stream.of(VERIFY, PASSTHROUGH)
          .collect(
              Collectors.toUnmodifiableMap(
                  Function.identity(),
                  mode -> Metadata.Key.of(mode.header, Metadata.ASCII_STRING_MARSHALLER)));

  private final String header;

  CertificateHeader(String header) {
    this.header = header;
  }

  /** The header; empty when none is believed. */
  Optional<Metadata.Key<String>> key() {
    return Optional.ofNullable(KEYS.get(this));
  }

  /** The headers of all modes. */
  static Collection<Metadata.Key<String>> keys() {
    return KEYS.values();
  }
}
