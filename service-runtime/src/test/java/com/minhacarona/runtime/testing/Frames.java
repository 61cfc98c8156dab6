package com.minhacarona.runtime.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;

/** Writes HTTP/2 frames by hand, the wrong ones too: RFC 9113 and, for headers, RFC 7541. */
public final class Frames {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int UNKNOWN = 0x77;

  public static final int END_STREAM = 0x1;
  public static final int ACK = 0x1;
  public static final int END_HEADERS = 0x4;
  public static final int PADDED = 0x8;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** The preface, and settings of which none is set. */
  public static byte[] hello() {
    return join(PREFACE, frame(SETTINGS, 0, 0));
  }

  /** The preface, and a window for answers of this many bytes. */
  public static byte[] helloWithWindow(int bytes) {
    return join(
        PREFACE,
        frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(bytes).array()));
  }

  public static byte[] frame(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The headers of a call, as one frame. */
  public static byte[] headers(int stream, String method, Map<String, String> more) {
    return frame(HEADERS, END_HEADERS, stream, block(method, more));
  }

  /** The headers of a call, compressed with nothing. */
  public static byte[] block(String method, Map<String, String> more) {
    // ":method: POST" and ":scheme: http" of the static table.
    byte[] block = {(byte) 0x83, (byte) 0x86};
    block = join(block, header(":path", "/" + method), header(":authority", "localhost"));
    block = join(block, header("te", "trailers"), header("content-type", "application/grpc"));
    for (Map.Entry<String, String> header : more.entrySet()) {
      block = join(block, header(header.getKey(), header.getValue()));
    }
    return block;
  }

  /** A header that is not to be indexed. */
  public static byte[] header(String name, String value) {
    return join(new byte[] {0}, text(name), text(value));
  }

  /** All of them, one after the other. */
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** The same, many times. */
  public static byte[] times(int count, byte[] part) {
    return join(Collections.nCopies(count, part).toArray(byte[][]::new));
  }

  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int left = bytes.length;
    if (left < 127) {
      out.write(left);
    } else {
      out.write(127);
      left -= 127;
      while (left >= 128) {
        out.write(left % 128 + 128);
        left /= 128;
      }
      out.write(left);
    }
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private Frames() {}
}
