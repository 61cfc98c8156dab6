package com.minhacarona.load.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One address that attacks, for a limited time and with a limited number of bytes. Its connections
 * stay open until it is closed, unless an attack closes them.
 */
final class Attacker implements AutoCloseable {
  /** Twice what ended a task with 256 MB of heap. */
  static final long MAX_BYTES = 64L << 20;

  /** What it opens at the most, however often it is cut off: file descriptors are finite. */
  private static final int MAX_CONNECTIONS = 4_000;

  /** Another address than that of the good caller; all of 127.0.0.0/8 is loopback on Linux. */
  private static final String ADDRESS = "127.0.0.2";

  private final int port;
  private final Optional<SSLSocketFactory> tls;
  private final Supplier<String> badTokens;
  private final long maxBytes;
  private final InetAddress from;
  private final long end;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private final Queue<RawHttp2> open = new ConcurrentLinkedQueue<>();
  private final Thread watchdog;

  Attacker(int port, Optional<SSLSocketFactory> tls, Supplier<String> badTokens, Duration time) {
    this(port, tls, badTokens, time, MAX_BYTES);
  }

  /**
   * An attacker with a limit of its own for what it sends.
   *
   * @param badTokens of a service that asks for tokens; no other attack asks for them
   */
  Attacker(
      int port,
      Optional<SSLSocketFactory> tls,
      Supplier<String> badTokens,
      Duration time,
      long maxBytes) {
    this.port = port;
    this.tls = tls;
    this.badTokens = badTokens;
    this.maxBytes = maxBytes;
    this.from = InetAddress.ofLiteral(ADDRESS);
    this.end = System.nanoTime() + time.toNanos();
    // A write to a service that no longer reads ends only with its connection.
    this.watchdog =
        Thread.ofVirtual()
            .start(() -> {
              if (sleptThrough(time.plusSeconds(2))) {
                closeAll();
              }
            });
  }

  /** A connection whose answers may flow. */
  RawHttp2 connect() throws IOException {
    return connect(RawHttp2.FIRST_WINDOW);
  }

  /** A connection whose streams let through so many bytes of an answer. */
  RawHttp2 connect(int streamWindow) throws IOException {
    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
      throw new Spent();
    }
    RawHttp2 connection = new RawHttp2(this, from, port, streamWindow);
    open.add(connection);
    return connection;
  }

  /** What to write to and to read from, in place of the socket. */
  Socket encrypted(Socket socket) throws IOException {
    if (tls.isEmpty()) {
      return socket;
    }
    SSLSocket encrypted = (SSLSocket) tls.get().createSocket(socket, "localhost", port, true);
    SSLParameters parameters = encrypted.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    encrypted.setSSLParameters(parameters);
    encrypted.startHandshake();
    return encrypted;
  }

  /** Closes a connection, and forgets it. */
  void disconnect(RawHttp2 connection) throws IOException {
    open.remove(connection);
    connection.close();
  }

  /**
   * Does the same on one connection after another, because whoever is cut off comes back. It ends
   * when time or bytes are spent, or nobody accepts connections any more.
   */
  void flood(Step step) {
    try {
      while (true) {
        RawHttp2 connection = connect();
        try {
          step.on(connection);
        } catch (Spent e) {
          throw e;
        } catch (IOException _) {
          // It was cut off.
        }
        disconnect(connection);
      }
    } catch (IOException _) {
      // The attack has done all that it may, or there is nobody to attack.
    }
  }

  /** Keeps what is open until the time is over. */
  void hold() {
    long left = end - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = end - System.nanoTime();
    }
  }

  /** Counts what is about to be sent, and refuses what would be too much. */
  void sends(int length, int count) throws Spent {
    if (System.nanoTime() - end > 0 || bytes.addAndGet(length) > maxBytes) {
      throw new Spent();
    }
    frames.addAndGet(count);
  }

  /** Another token that proves nothing. */
  String badToken() {
    tokens.incrementAndGet();
    return badTokens.get();
  }

  long tokens() {
    return tokens.get();
  }

  /** Counts a call that was answered with a status. */
  void answered() {
    answers.incrementAndGet();
  }

  long answers() {
    return answers.get();
  }

  long bytes() {
    return Math.min(bytes.get(), maxBytes);
  }

  long frames() {
    return frames.get();
  }

  int connections() {
    return connections.get();
  }

  /** How many of the connections that it holds the service has ended. */
  long ended() {
    return open.stream().filter(RawHttp2::isOver).count();
  }

  @Override
  public void close() {
    watchdog.interrupt();
    closeAll();
  }

  /** Closes what is open, as at the end of an attack. */
  void closeAll() {
    RawHttp2 connection;
    while ((connection = open.poll()) != null) {
      try {
        connection.close();
      } catch (IOException _) {
        // It is closed all the same.
      }
    }
  }

  private static boolean sleptThrough(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  /** A part of an attack. */
  interface Step {
    void on(RawHttp2 connection) throws IOException;
  }

  /** Ends an attack that has used its time, its bytes or its connections. */
  static final class Spent extends IOException {
    Spent() {
      super("the attack has done all that it may");
    }
  }
}
