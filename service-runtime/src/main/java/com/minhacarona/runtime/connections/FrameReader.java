package com.minhacarona.runtime.connections;

import io.netty.buffer.ByteBuf;

/**
 * Reads the headers of HTTP/2 frames from the bytes of one connection, in whatever pieces they
 * come. Payloads are passed over, and no byte is copied or consumed. Not thread-safe.
 */
final class FrameReader {
  /** The length of the preface by which a client says that it speaks HTTP/2: RFC 9113, 3.4. */
  private static final int PREFACE = 24;

  /** Three bytes of length, one of type, one of flags, four of the stream: RFC 9113, 4.1. */
  private static final int HEADER = 9;

  static final int DATA = 0;
  private static final int PADDED = 0x8;

  private final Frames frames;
  private int prefaceLeft = PREFACE;
  private int headerRead;
  private int length;
  private int type;
  private int flags;
  private int payloadLeft;
  private boolean paddingAwaited;

  FrameReader(Frames frames) {
    this.frames = frames;
  }

  /** Is told of each frame. */
  interface Frames {

    /**
     * A frame began.
     *
     * @param content the bytes of its payload without padding; negative when the padding is longer
     *     than the payload, which is an error of the client's
     */
    void frame(int type, int flags, int content);
  }

  /** Whether the preface has come as a whole. */
  boolean hasPreface() {
    return prefaceLeft == 0;
  }

  /** Reads all that is readable, and leaves it readable. */
  void read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    int ofPreface = Math.min(prefaceLeft, end - at);
    prefaceLeft -= ofPreface;
    at += ofPreface;
    while (at < end) {
      if (payloadLeft > 0) {
        if (paddingAwaited) {
          paddingAwaited = false;
          frames.frame(type, flags, length - 1 - bytes.getUnsignedByte(at));
        }
        int passed = Math.min(payloadLeft, end - at);
        payloadLeft -= passed;
        at += passed;
      } else {
        header(bytes.getUnsignedByte(at++));
      }
    }
  }

  private void header(int octet) {
    switch (headerRead++) {
      case 0 -> length = octet << 16;
      case 1 -> length |= octet << 8;
      case 2 -> length |= octet;
      case 3 -> type = octet;
      case 4 -> flags = octet;
      case HEADER - 1 -> {
        headerRead = 0;
        payloadLeft = length;
        paddingAwaited = type == DATA && (flags & PADDED) != 0 && length > 0;
        if (!paddingAwaited) {
          frames.frame(type, flags, length);
        }
      }
      default -> {
        // A byte of the stream's number.
      }
    }
  }
}
