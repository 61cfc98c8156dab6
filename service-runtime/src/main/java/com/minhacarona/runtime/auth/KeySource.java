package com.minhacarona.runtime.auth;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.util.Optional;

/** The keys of an issuer. Thread-safe. */
interface KeySource {

  /**
   * What verifies signatures with a key.
   *
   * @return empty when the issuer has no such key
   * @throws KeysAwayException if there are no keys at all
   */
  Optional<RSASSAVerifier> verifier(String keyId);

  /** Whether there are keys; gets them when there are none. */
  boolean load();

  /** Gets newer keys when those that are there are old. Does not wait. */
  void refreshOld();
}
