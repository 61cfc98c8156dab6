package com.minhacarona.runtime.connections;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Channels of a machine to the server on it. */
public final class Loopback {

  /**
   * Opens a channel to a port of this machine.
   *
   * @param expected the only certificate that the server may show, whatever its names; empty for
   *     plain text
   */
  public static ManagedChannel channel(int port, Optional<X509Certificate> expected) {
    return open(port, expected.map(certificate -> new Trust(certificate::equals)));
  }

  /**
   * Opens a channel to the server that was configured in the same way, in another process. If its
   * certificates were replaced by some that cannot be used, the server goes on with those from
   * before, which this process cannot know, and so takes whatever it shows.
   */
  public static ManagedChannel channel(ListenerConfig config, Instant now) {
    return open(config.port(), config.tls().map(tls -> trust(tls, now)));
  }

  private static ManagedChannel open(int port, Optional<Trust> trust) {
    ChannelCredentials credentials =
        trust
            .<ChannelCredentials>map(
                t -> TlsChannelCredentials.newBuilder().trustManager(t).build())
            .orElseGet(InsecureChannelCredentials::create);
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials).build();
  }

  private static Trust trust(TlsConfig tls, Instant now) {
    try {
      return new Trust(Identity.of(Identity.Texts.read(tls), now).chain().getFirst()::equals);
    } catch (UnusableException _) {
      return new Trust(_ -> true);
    }
  }

  /** Trusts certificates that need no CA and no name for that. */
  private static final class Trust extends X509ExtendedTrustManager {
    private final Predicate<X509Certificate> expected;

    Trust(Predicate<X509Certificate> expected) {
      this.expected = expected;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (chain.length == 0 || !expected.test(chain[0])) {
        throw new CertificateException("another certificate than the configured one");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private Loopback() {}
}
