package com.minhacarona.carona;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A place in a list as callers keep it: departure, ride, and a digest that binds both to the filter
 * of the list. The digest is no secret. Whoever forges a cursor starts somewhere else in a list
 * that they may read anyway; it is there to tell a cursor that was cut, mixed up or edited.
 */
final class Cursor {
  private static final int DIGEST_BYTES = 12;
  private static final int MAX_LENGTH = 128;

  static String of(Filtro filtro, Posicao posicao) {
    byte[] place = bytes(posicao);
    byte[] digest = digest(filtro, place);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(place.length + digest.length).put(place).put(digest).array());
  }

  /** The place, or empty when this is not a cursor of a list with this filter. */
  static Optional<Posicao> parse(Filtro filtro, String cursor) {
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
    byte[] place = Arrays.copyOf(bytes, end);
    if (!MessageDigest.isEqual(
        digest(filtro, place), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    Instant partida = Instant.ofEpochMilli(ByteBuffer.wrap(place).getLong());
    return Optional.of(
        new Posicao(partida, new String(place, Long.BYTES, end - Long.BYTES, UTF_8)));
  }

  private static byte[] bytes(Posicao posicao) {
    byte[] id = posicao.caronaId().getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + id.length)
        .putLong(posicao.partida().toEpochMilli())
        .put(id)
        .array();
  }

  private static byte[] digest(Filtro filtro, byte[] place) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(filtro.fingerprint().getBytes(UTF_8));
      return Arrays.copyOf(sha256.digest(place), DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Cursor() {}
}
