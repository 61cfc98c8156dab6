package com.minhacarona.runtime.server;

import com.minhacarona.runtime.testing.Frames;
import io.grpc.Status;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A connection from an address that no other connection of the last minutes had, so that the limits
 * of one address refuse none of them. All of 127.0.0.0/8 is loopback on Linux.
 */
final class FuzzedConnection implements AutoCloseable {
  /** Far more than a busy machine needs; a server that is silent for longer hangs. */
  private static final int TIMEOUT_MS = 10_000;

  /** The largest payload that a server reads whose settings say nothing else: RFC 9113, 6.5.2. */
  private static final int MAX_PAYLOAD = 16_384;

  private static final int HEADER = 9;

  private static final Set<Integer> SURPRISES =
      Set.of(Status.Code.INTERNAL.value(), Status.Code.UNKNOWN.value());

  private static final byte[] END = "the end.".getBytes(StandardCharsets.US_ASCII);

  /** Leaves out 127.0.x.y, from which good callers call. */
  private static final int FIRST_ADDRESS = 0x7f010000;

  private static final int ADDRESSES = 0xfe0000;
  private static final AtomicInteger opened = new AtomicInteger();

  private final Socket socket = new Socket();
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);
  private final DataInputStream in;
  private final OutputStream out;

  /** Connects, and waits until the server has shown that it serves the connection. */
  FuzzedConnection(int port) throws IOException, Http2Exception {
    // Whatever table the input asks for, the server may use.
    headers.configuration().maxHeaderTableSize(0xffffffffL);
    int address = FIRST_ADDRESS + opened.getAndIncrement() % ADDRESSES;
    socket.setSoTimeout(TIMEOUT_MS);
    socket.bind(
        new InetSocketAddress(
            InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(address).array()), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    if (!begins()) {
      throw new AssertionError("the server refused the connection, so no input would reach it");
    }
  }

  /** Greets, and says whether the server sends its settings, as it does before all else. */
  private boolean begins() throws Http2Exception {
    try {
      out.write(Frames.hello());
      return read().type == Frames.SETTINGS;
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Sends frames, completes the last of them, and reads until the server has read all and closes.
   *
   * @throws AssertionError when the server answers with a fault of its own
   * @throws SocketTimeoutException when it neither answers nor hangs up
   */
  void send(byte[] frames) throws IOException, Http2Exception {
    try {
      out.write(frames);
      out.write(Frames.join(new byte[missing(frames)], Frames.frame(Frames.PING, 0, 0, END)));
      while (!read().isEnd()) {
        // Answers to what came before.
      }
      socket.shutdownOutput();
      while (true) {
        var _ = read();
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      // The server may hang up on garbage whenever it wants.
    }
  }

  /** How many bytes the last frame lacks; none when it is longer than a server reads. */
  private static int missing(byte[] frames) {
    int at = 0;
    while (at < frames.length) {
      byte[] header = Arrays.copyOfRange(frames, at, at + HEADER);
      int length = ByteBuffer.wrap(header).getInt() >>> Byte.SIZE;
      if (length > MAX_PAYLOAD) {
        return 0;
      }
      at += HEADER + length;
    }
    return at - frames.length;
  }

  private Frame read() throws IOException, Http2Exception {
    int lengthAndType = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(lengthAndType >>> Byte.SIZE));
    Frame frame = new Frame(lengthAndType & 0xff, flags, payload);
    switch (frame.type) {
      case Frames.HEADERS ->
          refuseSurprise(headers.decodeHeaders(stream, Unpooled.wrappedBuffer(payload)));
      case Frames.GOAWAY -> refuseSurprise(payload.getInt(Integer.BYTES));
      default -> {
        // Says nothing of a fault. grpc-java resets the stream of a request with an empty :path by
        // INTERNAL_ERROR, and all its other streams go on.
      }
    }
    return frame;
  }

  private static void refuseSurprise(int error) {
    if (error == Http2Error.INTERNAL_ERROR.code()) {
      throw new AssertionError("a frame of the server says INTERNAL_ERROR");
    }
  }

  /** Passes over what grpc-java answers to requests that are not gRPC, whose status is INTERNAL. */
  private static void refuseSurprise(Http2Headers headers) {
    boolean isGrpc = headers.status() == null || headers.status().toString().equals("200");
    CharSequence status = headers.get("grpc-status");
    if (isGrpc && status != null && SURPRISES.contains(Integer.parseInt(status.toString()))) {
      throw new AssertionError("a call ended with " + headers);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private record Frame(int type, int flags, ByteBuffer payload) {

    /** Whether the server has read everything, or will read no more. */
    private boolean isEnd() {
      return type == Frames.GOAWAY
          || (type == Frames.PING
              && (flags & Frames.ACK) != 0
              && payload.equals(ByteBuffer.wrap(END)));
    }
  }
}
