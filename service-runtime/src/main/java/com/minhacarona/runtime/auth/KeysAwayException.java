package com.minhacarona.runtime.auth;

/** The keys of an issuer are not there, so that nobody knows whether a token of it is good. */
public final class KeysAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeysAwayException(String issuers) {
    super("the keys of %s were never read, or too long ago".formatted(issuers), null, false, false);
  }
}
