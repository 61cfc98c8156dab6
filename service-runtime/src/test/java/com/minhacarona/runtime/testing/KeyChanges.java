package com.minhacarona.runtime.testing;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * A client that changes the key of TLS 1.3 with each record, and asks the server to do the same. It
 * is a process of its own, because the JDK reads how often it does so once.
 */
public final class KeyChanges {

  /** Says whether a connection still works after so many changes of its key. */
  public static boolean areSurvived(int port, Pki server, int changes)
      throws IOException, InterruptedException {
    Path ca = Files.writeString(Files.createTempFile("ca", ".pem"), server.pem());
    Process client =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KeyChanges.class.getName(),
                Integer.toString(port),
                ca.toString(),
                Integer.toString(changes))
            .redirectErrorStream(true)
            .start();
    String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    client.waitFor();
    Files.delete(ca);
    return switch (said.strip()) {
      case "survived" -> true;
      case "closed" -> false;
      default -> throw new AssertionError(said);
    };
  }

  public static void main(String[] args) throws Exception {
    Security.setProperty("jdk.tls.keyLimits", "AES/GCM/NoPadding KeyUpdate 1");
    X509Certificate ca =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(Files.newInputStream(Path.of(args[1])));
    boolean survived;
    try (TlsSocket socket = new TlsSocket(Integer.parseInt(args[0]), "TLSv1.3", ca)) {
      socket.write(Frames.hello());
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        socket.write(Frames.frame(Frames.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1}));
      }
      survived = socket.answersPing();
    } catch (SocketException _) {
      survived = false;
    }
    System.out.println(survived ? "survived" : "closed");
  }

  private KeyChanges() {}
}
