package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import io.grpc.Metadata;
import java.util.Iterator;
import java.util.Optional;

/** Proofs as they stand in the metadata of a call. */
final class Proofs {
  /** RFC 6750, 2.1; the scheme has no case: RFC 9110, 11.1. */
  private static final String BEARER = "bearer ";

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** The token of the user for whom a service makes the call. */
  static final Metadata.Key<String> ON_BEHALF_OF =
      Metadata.Key.of("x-on-behalf-of", Metadata.ASCII_STRING_MARSHALLER);

  /** The bearer token of whoever makes the call; empty when there is none. */
  static Optional<String> token(Metadata headers) {
    return only(headers, AUTHORIZATION)
        .map(value -> {
          if (!value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new RejectedProofException(Cause.SCHEME);
          }
          return value.substring(BEARER.length()).strip();
        });
  }

  /** The token of the user for whom the call is made; empty when it is made for nobody. */
  static Optional<String> tokenOfUser(Metadata headers) {
    return only(headers, ON_BEHALF_OF);
  }

  /**
   * The value of a key; empty when there is none.
   *
   * @throws RejectedProofException when there are several: to choose one would be a guess
   */
  static Optional<String> only(Metadata headers, Metadata.Key<String> key) {
    Iterable<String> values = headers.getAll(key);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> each = values.iterator();
    String first = each.next();
    if (each.hasNext()) {
      throw new RejectedProofException(Cause.TWO_PROOFS);
    }
    return Optional.of(first);
  }

  private Proofs() {}
}
