package com.minhacarona.load;

import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.testing.Pki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Runs nginx of the distribution as an HTTP/2 load balancer in front of tasks. */
final class Nginx implements AutoCloseable {
  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * What it does with the certificates of its clients. The names of the headers are those of an
   * Application Load Balancer. A client cannot send them itself: nginx puts its own value in their
   * place, which is none for a client without a certificate.
   */
  enum ClientCertificates {
    /** Clients may show one that its CAs have signed. */
    VERIFIED(
        "ssl_verify_client optional; ssl_client_certificate clients.pem;",
        "x-amzn-mtls-clientcert-leaf"),
    /** Clients may show any, and the task has to look who signed it. */
    PASSED_ON("ssl_verify_client optional_no_ca;", "x-amzn-mtls-clientcert");

    private final String verification;
    private final String header;

    ClientCertificates(String verification, String header) {
      this.verification = verification;
      this.header = header;
    }
  }

  /** Whether it is on the PATH. */
  static boolean isInstalled() {
    try {
      return new ProcessBuilder("nginx", "-v").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts it in front of these ports; it must be on the PATH. */
  static Nginx start(List<Integer> tasks) throws IOException {
    int port = freePort();
    return start(
        Files.createTempDirectory("nginx"),
        port,
        """
        upstream tasks {
          %s
          keepalive 16;
        }
        server {
          listen 127.0.0.1:%d http2;
          location / {
            grpc_pass grpc://tasks;
          }
        }
        """
            .formatted(
                tasks.stream()
                    .map("server 127.0.0.1:%d max_fails=0;"::formatted)
                    .collect(Collectors.joining(" ")),
                port));
  }

  /**
   * Starts it in front of one task, with TLS on both sides. It does not look at the certificate of
   * the task, as an Application Load Balancer does not.
   *
   * @param folder an empty one, for its files
   * @param server how it proves to clients who it is
   * @param clientCa the CAs of its clients' certificates, in PEM
   */
  static Nginx withTls(
      Path folder, int task, Pki.Signed server, String clientCa, ClientCertificates clients)
      throws IOException {
    Files.writeString(folder.resolve("server.pem"), server.pem());
    Files.writeString(folder.resolve("server.key"), server.keyPem());
    Files.writeString(folder.resolve("clients.pem"), clientCa);
    int port = freePort();
    Nginx nginx =
        start(
            folder,
            port,
            """
            server {
              listen 127.0.0.1:%1$d ssl http2;
              ssl_certificate server.pem;
              ssl_certificate_key server.key;
              %2$s
              location / {
                grpc_pass grpcs://127.0.0.1:%3$d;
                grpc_ssl_verify off;
                grpc_set_header %4$s $ssl_client_escaped_cert;
              }
            }
            """
                .formatted(port, clients.verification, task, clients.header));
    nginx.awaitListening(folder);
    return nginx;
  }

  private static Nginx start(Path folder, int port, String servers) throws IOException {
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(
        configuration,
        """
        daemon off;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path %1$s;
          proxy_temp_path %1$s;
          fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s;
          scgi_temp_path %1$s;
          %2$s
        }
        """
            .formatted(folder, servers));
    Process process =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    return new Nginx(process, port);
  }

  private void awaitListening(Path folder) {
    await()
        .until(() -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(Files.readString(folder.resolve("output")));
          }
          try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
          } catch (IOException _) {
            return false;
          }
        });
  }

  int port() {
    return port;
  }

  /** Ends it, with the processes that it has started. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
