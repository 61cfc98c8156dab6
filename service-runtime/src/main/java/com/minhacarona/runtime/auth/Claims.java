package com.minhacarona.runtime.auth;

import static com.minhacarona.runtime.auth.RejectedProofException.Cause.MALFORMED;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The claims of a token, each of which has the type that it should have or is refused. */
record Claims(Map<String, Object> json) {
  /** The last second of the year 9999. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  /**
   * A claim that is a text.
   *
   * @throws RejectedProofException if it is something else
   */
  Optional<String> text(String name) {
    Object value = json.get(name);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw new RejectedProofException(MALFORMED);
  }

  /** A claim that is a number of seconds since 1970; fractions are cut. */
  Optional<Instant> instant(String name) {
    Object value = json.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= MAX_SECONDS) {
      return Optional.of(Instant.ofEpochSecond(number.longValue()));
    }
    throw new RejectedProofException(MALFORMED);
  }

  /**
   * Whom the token is for: a text or a list of them in {@code aud}, or {@code client_id} when there
   * is no {@code aud}, as in Cognito's access tokens.
   */
  List<String> audience() {
    if (!json.containsKey("aud")) {
      return text("client_id").stream().toList();
    }
    return switch (json.get("aud")) {
      case String one -> List.of(one);
      case List<?> several when several.stream().allMatch(String.class::isInstance) ->
          several.stream().map(String.class::cast).toList();
      case null, default -> throw new RejectedProofException(MALFORMED);
    };
  }

  /** The words of the {@code scope} claim. */
  List<String> scopes() {
    return text("scope").stream()
        .flatMap(words -> List.of(words.split(" ", -1)).stream())
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
