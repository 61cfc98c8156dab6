package com.minhacarona.runtime.connections;

import io.netty.buffer.ByteBuf;

/**
 * Reads the headers of TLS records from the bytes of one connection, in whatever pieces they come.
 * No byte is copied or consumed. Not thread-safe.
 */
final class TlsRecordReader {
  /** One byte of type, two of version, two of length: RFC 8446, 5.1. */
  private static final int HEADER = 5;

  static final int HANDSHAKE = 22;

  private final Records records;
  private int headerRead;
  private int type;
  private int length;
  private int payloadLeft;

  TlsRecordReader(Records records) {
    this.records = records;
  }

  /** Is told of each record. */
  interface Records {

    /** The header of a record was read. */
    void record(int type);
  }

  /** Reads all that is readable, and leaves it readable. */
  void read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (payloadLeft > 0) {
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
      case 0 -> type = octet;
      case HEADER - 2 -> length = octet << Byte.SIZE;
      case HEADER - 1 -> {
        headerRead = 0;
        payloadLeft = length | octet;
        records.record(type);
      }
      default -> {
        // A byte of the version.
      }
    }
  }
}
