package com.minhacarona.runtime.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Speaks TLS as no gRPC library would: sends whatever bytes a test wants. */
public final class TlsSocket implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  private final SSLSocket socket;

  /**
   * Connects, and completes the handshake.
   *
   * @param protocol such as TLSv1.3
   * @param server whose certificates it trusts
   */
  public TlsSocket(int port, String protocol, Pki server) throws IOException {
    this(port, protocol, server.certificate());
  }

  /** As the other one, by the certificate of the CA. */
  TlsSocket(int port, String protocol, X509Certificate ca) throws IOException {
    socket = (SSLSocket) factory(ca).createSocket(InetAddress.ofLiteral("127.0.0.1"), port);
    socket.setSoTimeout(TIMEOUT_MS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
  }

  /** Makes sockets that trust what a CA has signed. */
  static SSLSocketFactory factory(X509Certificate ca) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", ca);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the server has shown. */
  public X509Certificate certificate() throws IOException {
    return (X509Certificate) socket.getSession().getPeerCertificates()[0];
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next byte of an answer; -1 at the end. */
  public int read() throws IOException {
    return socket.getInputStream().read();
  }

  /** Whether the server reads on: sends a PING, and reads until its answer or the end. */
  public boolean answersPing() throws IOException {
    byte[] asked = "answer!!".getBytes(StandardCharsets.US_ASCII);
    write(Frames.frame(Frames.PING, 0, 0, asked));
    int matched = 0;
    while (matched < asked.length) {
      int read = read();
      if (read == -1) {
        return false;
      }
      matched = read == asked[matched] ? matched + 1 : 0;
    }
    return true;
  }

  /** Begins another handshake on the same connection. */
  public void renegotiate() throws IOException {
    socket.startHandshake();
  }

  /** The last four bytes that the server sends before it closes, or fewer. */
  public byte[] lastBytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (IOException _) {
      // It was cut off, after what it has sent.
    }
    byte[] bytes = all.toByteArray();
    return Arrays.copyOfRange(bytes, Math.max(0, bytes.length - 4), bytes.length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
