package com.minhacarona.carona;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.minhacarona.table.OpenCaronaIndex;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A position in a list as callers keep it: departure, shard, ride, and a digest that binds them to
 * the filter of the list. The digest detects a cursor that was cut, mixed up or edited. It is no
 * secret: whoever forges a cursor starts elsewhere in a list that they may read anyway.
 */
final class Cursor {
  private static final int DIGEST_BYTES = 12;
  private static final int MAX_LENGTH = 128;

  /**
   * The shard is in the first of the eight bytes of the departure, which is 0 until the year
   * 2,285,428. So a cursor of the first shard is what it was before there were others.
   */
  private static final int SHARD_SHIFT = 56;

  private static final long MILLIS = (1L << SHARD_SHIFT) - 1;

  static String of(Filter filter, Position position) {
    byte[] encoded = bytes(position);
    byte[] digest = digest(filter, encoded);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(encoded.length + digest.length).put(encoded).put(digest).array());
  }

  /** The position, or empty when this is not a cursor of a list with this filter. */
  static Optional<Position> parse(Filter filter, String cursor) {
    if (cursor.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    int end = bytes.length - DIGEST_BYTES;
    if (end <= Long.BYTES) {
      return Optional.empty();
    }
    byte[] encoded = Arrays.copyOf(bytes, end);
    if (!MessageDigest.isEqual(
        digest(filter, encoded), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    long place = ByteBuffer.wrap(encoded).getLong();
    int shard = (int) (place >>> SHARD_SHIFT);
    if (shard >= OpenCaronaIndex.MAX_SHARDS) {
      return Optional.empty();
    }
    return Optional.of(
        new Position(
            Instant.ofEpochMilli(place & MILLIS),
            shard,
            new String(encoded, Long.BYTES, end - Long.BYTES, UTF_8)));
  }

  private static byte[] bytes(Position position) {
    byte[] id = position.caronaId().getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + id.length)
        .putLong((long) position.shard() << SHARD_SHIFT | position.partida().toEpochMilli())
        .put(id)
        .array();
  }

  private static byte[] digest(Filter filter, byte[] encoded) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(filter.fingerprint().getBytes(UTF_8));
      return Arrays.copyOf(sha256.digest(encoded), DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Cursor() {}
}
