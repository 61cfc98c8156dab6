package com.minhacarona.load;

import com.minhacarona.runtime.testing.Frames;
import com.minhacarona.runtime.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes one unary call again and again on one connection, with a fixed number of calls in flight.
 * It writes bytes that were made once and hardly looks at answers, so that it costs a fraction of
 * what grpc-java's client costs, and the server is what is measured. For one thread.
 */
final class WireLoop implements Closeable {
  private static final int FRAME_HEADER = 9;
  private static final int BUFFER = 1 << 16;

  /** More calls than one can be overtaken by. */
  private static final int REMEMBERED = 1 << 16;

  /** How much of the connection's window is used before more is given. */
  private static final int WINDOW = 1 << 14;

  private static final byte LITERAL_INDEXED = 0x40;
  private static final int FIRST_DYNAMIC = 0x80 | 62;

  /** What grpc-java's client sends, after the method and the scheme. */
  private static final List<String> HEADERS =
      List.of(
          ":authority", "localhost",
          "te", "trailers",
          "content-type", "application/grpc",
          "user-agent", "grpc-java-netty/1.83.0",
          "grpc-accept-encoding", "gzip");

  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream(BUFFER);
  private final Supplier<byte[]> requests;
  private final byte[] first;
  private final byte[] again;
  private final byte[] buffer = new byte[BUFFER];
  private final long[] begun = new long[REMEMBERED];
  private final boolean[] answered = new boolean[REMEMBERED];
  private long[] latencies = new long[REMEMBERED];
  private int filled;
  private int nextStream = 1;
  private int received;
  private int open;
  private int calls;
  private int refused;

  /**
   * Connects.
   *
   * @param method its full name
   * @param requests the bytes of the request of each call
   */
  WireLoop(int port, String method, Supplier<byte[]> requests) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    this.input = socket.getInputStream();
    this.output = socket.getOutputStream();
    this.requests = requests;
    this.first = firstBlock(method);
    this.again = laterBlock();
    output.write(Frames.hello());
  }

  /** What was measured. */
  static final class Measured {
    private final int refused;
    private final double seconds;
    private final long[] sorted;

    private Measured(int refused, double seconds, long[] sorted) {
      this.refused = refused;
      this.seconds = seconds;
      this.sorted = sorted;
    }

    int calls() {
      return sorted.length;
    }

    int refused() {
      return refused;
    }

    double perSecond() {
      return sorted.length / seconds;
    }

    /** Microseconds. */
    double percentile(int percent) {
      return sorted[(int) ((long) sorted.length * percent / 100)] / 1e3;
    }
  }

  /** Returns when the time is over and all calls have ended. */
  Measured run(int inFlight, Duration time) throws IOException {
    calls = refused = 0;
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    for (int i = 0; i < inFlight; i++) {
      call();
    }
    while (open > 0) {
      flush();
      read(end);
    }
    flush();
    long[] sorted = Arrays.copyOf(latencies, calls);
    Arrays.sort(sorted);
    return new Measured(refused, (System.nanoTime() - begin) / 1e9, sorted);
  }

  private void call() {
    int stream = nextStream;
    nextStream += 2;
    open++;
    begun[slot(stream)] = System.nanoTime();
    answered[slot(stream)] = false;
    byte[] block = stream == 1 ? first : again;
    pending.writeBytes(Frames.frame(Frames.HEADERS, Frames.END_HEADERS, stream, block));
    byte[] message = RawClient.framed(0, requests.get());
    pending.writeBytes(Frames.frame(Frames.DATA, Frames.END_STREAM, stream, message));
  }

  private void flush() throws IOException {
    pending.writeTo(output);
    pending.reset();
  }

  private void read(long end) throws IOException {
    int more = input.read(buffer, filled, buffer.length - filled);
    if (more < 0) {
      throw new IOException("the server hung up");
    }
    filled += more;
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, filled);
    while (bytes.remaining() >= FRAME_HEADER) {
      int start = bytes.position();
      int length = bytes.getInt(start) >>> 8;
      if (bytes.remaining() < FRAME_HEADER + length) {
        break;
      }
      frame(buffer[start + 3], buffer[start + 4], bytes.getInt(start + 5), start, length, end);
      bytes.position(start + FRAME_HEADER + length);
    }
    filled = bytes.remaining();
    System.arraycopy(buffer, bytes.position(), buffer, 0, filled);
  }

  private void frame(int type, int flags, int stream, int start, int length, long end)
      throws IOException {
    switch (type) {
      case Frames.DATA -> {
        answered[slot(stream)] = true;
        received += length;
        if (received > WINDOW) {
          byte[] given = ByteBuffer.allocate(4).putInt(received).array();
          pending.writeBytes(Frames.frame(Frames.WINDOW_UPDATE, 0, 0, given));
          received = 0;
        }
      }
      case Frames.HEADERS -> {
        if ((flags & Frames.END_STREAM) != 0) {
          ended(stream, end);
        }
      }
      case Frames.SETTINGS, Frames.PING -> {
        if ((flags & Frames.ACK) == 0) {
          byte[] echo =
              type == Frames.PING
                  ? Arrays.copyOfRange(buffer, start + FRAME_HEADER, start + FRAME_HEADER + length)
                  : new byte[0];
          pending.writeBytes(Frames.frame(type, Frames.ACK, 0, echo));
        }
      }
      case Frames.RST_STREAM, Frames.GOAWAY -> throw new IOException("the server ended a stream");
      default -> {
        // Nothing that this client needs.
      }
    }
  }

  private void ended(int stream, long end) {
    long now = System.nanoTime();
    open--;
    if (!answered[slot(stream)]) {
      refused++;
    }
    if (calls == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * calls);
    }
    latencies[calls++] = now - begun[slot(stream)];
    if (now - end < 0) {
      call();
    }
  }

  private static int slot(int stream) {
    return (stream >> 1) & (REMEMBERED - 1);
  }

  /** The headers by their texts, which the server remembers. */
  private static byte[] firstBlock(String method) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86});
    indexed(block, ":path", "/" + method);
    for (int i = 0; i < HEADERS.size(); i += 2) {
      indexed(block, HEADERS.get(i), HEADERS.get(i + 1));
    }
    return block.toByteArray();
  }

  private static void indexed(ByteArrayOutputStream block, String name, String value) {
    byte[] header = Frames.header(name, value);
    header[0] = LITERAL_INDEXED;
    block.writeBytes(header);
  }

  /** The same headers by a byte each, as clients send them from the second call on. */
  private static byte[] laterBlock() {
    int texts = 1 + HEADERS.size() / 2;
    byte[] block = new byte[2 + texts];
    block[0] = (byte) 0x83;
    block[1] = (byte) 0x86;
    for (int i = 0; i < texts; i++) {
      block[2 + i] = (byte) (FIRST_DYNAMIC + texts - 1 - i);
    }
    return block;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
