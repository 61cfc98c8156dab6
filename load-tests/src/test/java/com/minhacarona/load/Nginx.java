package com.minhacarona.load;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Runs nginx of the distribution as an HTTP/2 load balancer in front of several tasks. */
final class Nginx implements AutoCloseable {
  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it in front of these ports; it must be on the PATH. */
  static Nginx start(List<Integer> tasks) throws IOException {
    Path folder = Files.createTempDirectory("nginx");
    int port = freePort();
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
          upstream tasks {
            %2$s
            keepalive 16;
          }
          server {
            listen 127.0.0.1:%3$d http2;
            location / {
              grpc_pass grpc://tasks;
            }
          }
        }
        """
            .formatted(
                folder,
                tasks.stream()
                    .map("server 127.0.0.1:%d max_fails=0;"::formatted)
                    .collect(Collectors.joining(" ")),
                port));
    Process process =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
            .inheritIO()
            .start();
    return new Nginx(process, port);
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
