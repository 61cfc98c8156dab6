package com.minhacarona.runtime.auth;

/**
 * A proof that proves nothing. The caller learns no more than that; the cause is for the log and
 * the counters. Has no stack, because strangers can have as many of these made as they like.
 */
public final class RejectedProofException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Cause cause;

  /** What is wrong; of tokens in the order in which it is looked for: a later one came closer. */
  public enum Cause {
    /** Neither a token nor a client certificate came with the call. */
    NO_PROOF,
    /** Several came, and nobody knows whose call it is. */
    TWO_PROOFS,
    /** The {@code authorization} is no bearer token. */
    SCHEME,
    /** No CA of ours signed the certificate, or it is not for clients. */
    CERTIFICATE,
    /** None of the certificate's names is listed. */
    UNLISTED_CERTIFICATE,
    /** The token of whom the call is made for is not a user's. */
    NOT_A_USER,
    /** Longer than any token that an issuer of ours makes. */
    TOO_LONG,
    /** No JSON Web Token, or a claim is not of the type that it should be. */
    MALFORMED,
    /** Not signed with RS256. */
    ALGORITHM,
    /** The header has no key id, or says itself which key is to be believed. */
    HEADER,
    /** Nobody that we know issued it. */
    UNKNOWN_ISSUER,
    /** It does not say when it ends. */
    NO_EXPIRY,
    /** It has ended. */
    EXPIRED,
    /** It has not begun, or was issued in the future. */
    NOT_YET_VALID,
    /** It is for somebody else. */
    AUDIENCE,
    /** An access token where an ID token should be, or the other way round. */
    TOKEN_USE,
    /** Its subject is not among those that may come by this issuer. */
    SUBJECT,
    /** It lacks a scope. */
    SCOPE,
    /** It does not say who the caller is. */
    NO_ID,
    /** It does not say which tenant the user belongs to. */
    NO_TENANT,
    /** The issuer has no key of that id. */
    UNKNOWN_KEY,
    /** The issuer did not sign it. */
    SIGNATURE
  }

  RejectedProofException(Cause cause) {
    super(cause.name(), null, false, false);
    this.cause = cause;
  }

  /** What is wrong with the proof. */
  public Cause reason() {
    return cause;
  }
}
