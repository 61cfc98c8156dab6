package com.minhacarona.load.attack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes request headers by hand: HPACK literals without Huffman coding. */
final class HeaderBlock {
  /** Entries of HPACK's static table. */
  private static final int METHOD_POST = 0x83;

  private static final int SCHEME_HTTP = 0x86;
  private static final int AUTHORITY = 1;
  private static final int PATH = 4;

  /** The first entry of the dynamic table, as an indexed field. */
  private static final int FIRST_DYNAMIC = 0x80 | 62;

  private static final int LITERAL_INDEXED = 0x40;
  private static final int SEVEN_BITS = 127;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** What each gRPC call has to say; the method is its full name, without the first slash. */
  static HeaderBlock call(String method) {
    HeaderBlock block = new HeaderBlock();
    block.bytes.write(METHOD_POST);
    block.bytes.write(SCHEME_HTTP);
    block.bytes.write(PATH);
    block.text("/" + method);
    block.bytes.write(AUTHORITY);
    block.text("localhost");
    return block.with("te", "trailers").with("content-type", "application/grpc");
  }

  /** Adds a header that the receiver does not remember. */
  HeaderBlock with(String name, String value) {
    bytes.write(0);
    text(name);
    text(value);
    return this;
  }

  /** Adds a header once by its text, and then as often again by one byte each. */
  HeaderBlock repeated(String name, String value, int times) {
    bytes.write(LITERAL_INDEXED);
    text(name);
    text(value);
    for (int i = 0; i < times; i++) {
      bytes.write(FIRST_DYNAMIC);
    }
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void text(String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    length(ascii.length);
    bytes.writeBytes(ascii);
  }

  private void length(int length) {
    if (length < SEVEN_BITS) {
      bytes.write(length);
      return;
    }
    bytes.write(SEVEN_BITS);
    int rest = length - SEVEN_BITS;
    while (rest > SEVEN_BITS) {
      bytes.write((rest & SEVEN_BITS) | 0x80);
      rest >>= 7;
    }
    bytes.write(rest);
  }
}
