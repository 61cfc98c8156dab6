package com.minhacarona.client;

import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds a {@link MinhaCaronaClient}. Without further settings it trusts what the JDK trusts. */
public final class MinhaCaronaClientBuilder {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("x-tenant-id", Metadata.ASCII_STRING_MARSHALLER);

  private final String caronaTarget;
  private final List<ClientInterceptor> interceptors = new ArrayList<>();
  private String reservaTarget;
  private Optional<ChannelCredentials> credentials = Optional.empty();
  private Optional<Tokens> tokens = Optional.empty();
  private Optional<Tls.Pem> trust = Optional.empty();
  private Optional<Tls.Pair> clientCertificate = Optional.empty();

  MinhaCaronaClientBuilder(String target) {
    this.caronaTarget = target;
    this.reservaTarget = target;
  }

  /** Sets an address of its own for ReservaService. */
  public MinhaCaronaClientBuilder reservaTarget(String target) {
    this.reservaTarget = target;
    return this;
  }

  /**
   * Sends a token of this source with every call, over TLS only. Fetches it with the first call and
   * again after four fifths of its life. While there is no token, calls fail with {@code
   * UNAVAILABLE}. A call that a service refuses with {@code UNAUTHENTICATED} is made once more with
   * a newly fetched token; that attempt has a timeout of its own, but the deadline of the caller's
   * {@link io.grpc.Context} holds for both.
   */
  public MinhaCaronaClientBuilder token(TokenSource source) {
    return token(new Tokens(source));
  }

  MinhaCaronaClientBuilder token(Tokens value) {
    this.tokens = Optional.of(value);
    return this;
  }

  /** Trusts servers whose certificates come from these CAs, in PEM, and no other. */
  public MinhaCaronaClientBuilder trust(String pem) {
    this.trust = Optional.of(Tls.Pem.text(pem));
    return this;
  }

  /** The same from a file, which is looked at once a minute. */
  public MinhaCaronaClientBuilder trust(Path file) {
    this.trust = Optional.of(Tls.Pem.file(file));
    return this;
  }

  /**
   * Proves who the client is by a certificate (mutual TLS).
   *
   * @param certificate PEM: the client's certificate, and those of the CAs between it and the root
   * @param key PEM: its private key, RSA or EC, in PKCS#8 without a password
   */
  public MinhaCaronaClientBuilder clientCertificate(String certificate, String key) {
    this.clientCertificate =
        Optional.of(new Tls.Pair(Tls.Pem.text(certificate), Tls.Pem.text(key)));
    return this;
  }

  /** The same from files, which are looked at once a minute. */
  public MinhaCaronaClientBuilder clientCertificate(Path certificate, Path key) {
    this.clientCertificate =
        Optional.of(new Tls.Pair(Tls.Pem.file(certificate), Tls.Pem.file(key)));
    return this;
  }

  /** Sets other credentials, in place of {@code trust} and {@code clientCertificate}. */
  public MinhaCaronaClientBuilder credentials(ChannelCredentials value) {
    this.credentials = Optional.of(value);
    return this;
  }

  /** Connects without TLS, for services on the same machine. Then no token can be sent. */
  public MinhaCaronaClientBuilder plaintext() {
    return credentials(InsecureChannelCredentials.create());
  }

  /** Binds every call to a condominium, so that it finds no rides of others. */
  public MinhaCaronaClientBuilder condominio(String condominioId) {
    Metadata headers = new Metadata();
    headers.put(TENANT, condominioId);
    interceptors.add(MetadataUtils.newAttachHeadersInterceptor(headers));
    return this;
  }

  /**
   * Makes the client, which connects with its first call.
   *
   * @throws IllegalArgumentException if a certificate or key is wrong or cannot be read
   * @throws IllegalStateException if settings exclude each other
   */
  public MinhaCaronaClient build() {
    boolean plaintext =
        credentials.filter(InsecureChannelCredentials.class::isInstance).isPresent();
    if (plaintext && tokens.isPresent()) {
      throw new IllegalStateException(
          "Tokens are sent over TLS only, so token and plaintext exclude each other");
    }
    if (credentials.isPresent() && (trust.isPresent() || clientCertificate.isPresent())) {
      throw new IllegalStateException(
          "trust and clientCertificate belong into the credentials, if there are any");
    }
    Tls tls = Tls.of(trust, clientCertificate);
    Channels channels =
        new Channels(caronaTarget, reservaTarget, credentials.orElseGet(tls::credentials));
    tls.start();
    return new MinhaCaronaClient(
        channels,
        interceptors.toArray(ClientInterceptor[]::new),
        Proof.by(tokens),
        () -> {
          channels.close();
          tls.close();
        });
  }
}
