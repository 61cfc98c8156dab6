package com.minhacarona.client;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A bearer token, such as a JWT. What cannot be one is an {@code IllegalArgumentException}, whose
 * message does not show it.
 *
 * @param value what follows {@code Bearer} in the header {@code authorization}, at most 4,096
 *     characters
 * @param expiresAt from when on services refuse it
 */
public record Token(String value, Instant expiresAt) {
  /** {@code token68} of RFC 9110, section 11.2. gRPC logs headers with other characters. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** The services refuse longer ones; all headers of a call have 8 KB. */
  private static final int MAX_LENGTH = 4_096;

  public Token {
    checkValue(value);
    Objects.requireNonNull(expiresAt, "expiresAt");
  }

  static void checkValue(String value) {
    if (value == null) {
      throw new IllegalArgumentException("The token is null");
    }
    if (value.length() > MAX_LENGTH || !TOKEN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A text of %s characters is no token".formatted(value.length()));
    }
  }

  /** Does not show the value. */
  @Override
  public String toString() {
    return "a token until " + expiresAt;
  }
}
