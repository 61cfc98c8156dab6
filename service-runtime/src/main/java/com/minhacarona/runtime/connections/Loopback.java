package com.minhacarona.runtime.connections;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
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
    ChannelCredentials credentials =
        expected
            .map(certificate ->
                TlsChannelCredentials.newBuilder().trustManager(new Exactly(certificate)).build())
            .orElseGet(InsecureChannelCredentials::create);
    return Grpc.newChannelBuilderForAddress("127.0.0.1", port, credentials).build();
  }

  /**
   * Opens a channel to the server that was configured in the same way, in another process.
   *
   * @throws com.minhacarona.runtime.process.CannotStartException when its certificate cannot be
   *     read
   */
  public static ManagedChannel channel(ListenerConfig config) {
    return channel(config.port(), config.tls().map(TlsConfig::ownCertificate));
  }

  /** Trusts one certificate, which needs no CA and no name for that. */
  private static final class Exactly extends X509ExtendedTrustManager {
    private final X509Certificate expected;

    Exactly(X509Certificate expected) {
      this.expected = expected;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (chain.length == 0 || !chain[0].equals(expected)) {
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
