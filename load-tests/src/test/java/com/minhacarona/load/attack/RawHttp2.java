package com.minhacarona.load.attack;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes HTTP/2 frames by hand, the forbidden ones included. It acknowledges settings, reads and
 * counts the answers, throws away the rest, and respects the connection's window alone. For one
 * writing thread.
 */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int UNKNOWN = 0x7f;

  static final int NONE = 0;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  /** The windows that HTTP/2 gives a connection and a stream at first. */
  static final int FIRST_WINDOW = 65_535;

  /** The largest frame without another setting. */
  private static final int MAX_FRAME = 16_384;

  private static final int FRAME_HEADER = 9;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int CANCEL = 8;
  private static final int CONNECT_MILLIS = 2_000;

  /** Small, because an attack opens thousands of connections. */
  private static final int BUFFER = 2_048;

  private final Attacker attacker;

  /** Is closed in place of what encrypts, which would wait for a write that hangs. */
  private final Socket socket = new Socket();

  private final InputStream incoming;
  private final OutputStream output;
  private final Object windowChanged = new Object();
  private long window = FIRST_WINDOW;
  private boolean over;
  private int nextStream = 1;

  /**
   * Connects, and sends the preface and the settings.
   *
   * @param streamWindow how many bytes of an answer the service may send before it is asked for
   *     more
   */
  RawHttp2(Attacker attacker, InetAddress from, int port, int streamWindow) throws IOException {
    this.attacker = attacker;
    try {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      Socket encrypted = attacker.encrypted(socket);
      incoming = encrypted.getInputStream();
      output = new BufferedOutputStream(encrypted.getOutputStream(), BUFFER);
      output.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] setting =
          ByteBuffer.allocate(6).putShort((short) INITIAL_WINDOW_SIZE).putInt(streamWindow).array();
      write(frame(SETTINGS, NONE, 0, setting), 1);
      flush();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Thread.ofVirtual().start(this::read);
  }

  /** A frame as it is sent. */
  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(FRAME_HEADER + payload.length)
        .putInt((payload.length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The stream that the next headers open. */
  int nextStream() {
    return nextStream;
  }

  /** Opens a stream, and returns its number. */
  int headers(HeaderBlock block, int flags) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    byte[] bytes = block.toBytes();
    int sent = Math.min(bytes.length, MAX_FRAME);
    boolean whole = sent == bytes.length;
    send(HEADERS, whole ? flags | END_HEADERS : flags, stream, part(bytes, 0, sent));
    while (sent < bytes.length) {
      int next = Math.min(bytes.length - sent, MAX_FRAME);
      boolean last = sent + next == bytes.length;
      send(CONTINUATION, last ? END_HEADERS : NONE, stream, part(bytes, sent, next));
      sent += next;
    }
    return stream;
  }

  /** Opens a stream, sends one whole message and says that it was the last. */
  int call(HeaderBlock block, byte[] message) throws IOException {
    int stream = headers(block, NONE);
    data(stream, framed(0, message.length, message), END_STREAM);
    return stream;
  }

  /** Sends bytes, as far as the connection's window lets them through. */
  void data(int stream, byte[] bytes, int flags) throws IOException {
    int sent = 0;
    do {
      int next = Math.min(bytes.length - sent, MAX_FRAME);
      take(next);
      boolean last = sent + next == bytes.length;
      send(DATA, last ? flags : NONE, stream, part(bytes, sent, next));
      sent += next;
    } while (sent < bytes.length);
  }

  void reset(int stream) throws IOException {
    send(RST_STREAM, NONE, stream, number(CANCEL));
  }

  /** Lets the service send more; an increment of 0 is forbidden. */
  void windowUpdate(int stream, int increment) throws IOException {
    send(WINDOW_UPDATE, NONE, stream, number(increment));
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    write(frame(type, flags, stream, payload), 1);
  }

  /**
   * Sends frames that were made before.
   *
   * @throws IOException when the connection is closed, or the attack has sent all that it may
   */
  void write(byte[] frames, int count) throws IOException {
    attacker.sends(frames.length, count);
    synchronized (output) {
      output.write(frames);
    }
  }

  void flush() throws IOException {
    synchronized (output) {
      output.flush();
    }
  }

  /** A message with its five bytes before it, which may declare another length. */
  static byte[] framed(int flags, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flags)
        .putInt(length)
        .put(message)
        .array();
  }

  /** Whether the service has closed the connection, or said that it will. */
  boolean isOver() {
    synchronized (windowChanged) {
      return over;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] part(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  /** Waits until the connection's window has room. */
  private void take(int bytes) throws IOException {
    if (bytes == 0) {
      return;
    }
    synchronized (windowChanged) {
      while (window < bytes && !over) {
        flush();
        try {
          windowChanged.wait(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
        attacker.sends(0, 0);
      }
      window -= bytes;
    }
  }

  private void read() {
    try (DataInputStream input = new DataInputStream(incoming)) {
      while (true) {
        int lengthAndType = input.readInt();
        int flags = input.readUnsignedByte();
        int stream = input.readInt();
        int type = lengthAndType & 0xff;
        byte[] payload = input.readNBytes(lengthAndType >>> 8);
        if (type == SETTINGS && (flags & ACK) == 0) {
          synchronized (output) {
            output.write(frame(SETTINGS, ACK, 0, new byte[0]));
            output.flush();
          }
        } else if (type == WINDOW_UPDATE && stream == 0) {
          synchronized (windowChanged) {
            window += ByteBuffer.wrap(payload).getInt();
            windowChanged.notifyAll();
          }
        } else if (type == HEADERS && (flags & END_STREAM) != 0) {
          attacker.answered();
        } else if (type == GOAWAY) {
          break;
        }
      }
    } catch (IOException _) {
      // Either side has closed it.
    }
    synchronized (windowChanged) {
      over = true;
      windowChanged.notifyAll();
    }
  }
}
