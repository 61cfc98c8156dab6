package com.minhacarona.runtime.auth;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.RejectedProofException.Cause;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.runtime.process.PerSecond;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who makes a call: by a bearer token, or by a client certificate. A service that may do
 * so also passes on the token of a user for whom it acts. Thread-safe.
 */
public final class Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

  /** Every call may bring one, as long as an issuer is away. */
  private static final int LINES_PER_SECOND = 1;

  /** Made once, because a refusal must cost next to nothing. */
  private final StatusRuntimeException unauthenticated = Errors.unauthenticated();

  private final PerSecond lines = new PerSecond(LINES_PER_SECOND, System::nanoTime);
  private final AuthConfig config;
  private final TokenVerifier tokens;
  private final CertifiedCallers certificates;

  @Inject
  Authenticator(AuthConfig config, TokenVerifier tokens, CertifiedCallers certificates) {
    this.config = config;
    this.tokens = tokens;
    this.certificates = certificates;
  }

  /**
   * A caller that is proved.
   *
   * @param name of the caller, for people; with the service that acts for it
   */
  public record Proved(Caller caller, String name) {}

  /** Looks up the tokens of a call. Never blocks. */
  public Recalled recall(Metadata headers) {
    if (!config.required()) {
      return new Recalled(Optional.empty(), Optional.empty(), true);
    }
    try {
      Optional<String> token = Proofs.token(headers);
      Optional<String> tokenOfUser = Proofs.tokenOfUser(headers);
      Optional<Caller> author = token.flatMap(tokens::known);
      Optional<Caller> user = tokenOfUser.flatMap(tokens::known);
      boolean complete =
          token.isPresent() == author.isPresent()
              && tokenOfUser.isPresent() == user.isPresent()
              && !certificates.mustVerify(headers);
      return new Recalled(author, user, complete);
    } catch (RejectedProofException _) {
      return Recalled.NOTHING; // What else came with it may have to be verified first.
    }
  }

  /**
   * Gets what is needed to know callers. May block while it reads the keys of issuers.
   *
   * @throws KeysAwayException when an issuer is away
   */
  public void prepare() {
    if (config.required()) {
      tokens.requireKeys();
    }
  }

  /** To be called now and then: asks issuers for keys that are old. Does not wait. */
  public void refreshKeys() {
    tokens.refreshKeys();
  }

  /** A token for calls of this process to itself; empty when they need none. */
  public Optional<String> ownToken() {
    return config.required() ? Optional.of(tokens.own().token()) : Optional.empty();
  }

  /** From now on no new proof by {@link #ownToken} is taken; the last one ends within a minute. */
  public void retireOwnToken() {
    tokens.own().retire();
  }

  /**
   * Who makes the call. May block while it reads an issuer's keys.
   *
   * @param transport the attributes of the call
   * @param recalled what {@link #recall} said of its metadata
   * @throws StatusRuntimeException {@code UNAUTHENTICATED} without a valid proof, or with two;
   *     {@code PERMISSION_DENIED} for a user without a service, a service that may not act for
   *     users, and a tenant that is not the caller's; {@code INVALID_ARGUMENT} for a malformed
   *     tenant; {@code UNAVAILABLE} while the issuer's keys cannot be read
   */
  public Proved authenticate(Metadata headers, Attributes transport, Recalled recalled) {
    if (!config.required()) {
      return new Proved(narrowed(Caller.TRUSTED, headers), "-");
    }
    try {
      return proved(headers, transport, recalled);
    } catch (RejectedProofException e) {
      tokens.refused().count(e.reason());
      throw unauthenticated;
    } catch (KeysAwayException e) {
      if (lines.tryAcquire()) {
        LOG.warn("A token could not be verified: {}", e.getMessage());
      }
      throw Errors.unverifiable();
    }
  }

  /** Takes the proofs out of the metadata, so that nobody further in can believe or log them. */
  public static void dropProofs(Metadata headers) {
    headers.discardAll(Proofs.AUTHORIZATION);
    headers.discardAll(Proofs.ON_BEHALF_OF);
    CertificateHeader.keys().forEach(headers::discardAll);
  }

  private Proved proved(Metadata headers, Attributes transport, Recalled recalled) {
    Caller author = author(headers, transport, recalled);
    String name = name(author);
    if (author.isUser()) {
      throw Errors.permissionDenied(); // Users come by way of a service.
    }
    Optional<String> userToken = Proofs.tokenOfUser(headers);
    if (userToken.isEmpty()) {
      return new Proved(narrowed(author, headers), name);
    }
    if (author.kind() != Caller.Kind.SERVICE || !author.hasScope(Caller.ON_BEHALF_OF)) {
      throw Errors.permissionDenied();
    }
    Caller user = recalled.user().orElseGet(() -> verified(userToken.get()));
    if (!user.isUser()) {
      throw new RejectedProofException(Cause.NOT_A_USER);
    }
    if (author.tenant().isPresent() && !author.tenant().equals(user.tenant())) {
      throw Errors.permissionDenied(); // Neither may see more by the other.
    }
    return new Proved(narrowed(user.noLongerThan(author), headers), name(user) + " by " + name);
  }

  /** Who made the call itself. Two proofs are refused: it would be a guess whose call it is. */
  private Caller author(Metadata headers, Attributes transport, Recalled recalled) {
    Optional<Caller> certified = certificates.caller(headers, transport);
    Optional<String> token = Proofs.token(headers);
    if (certified.isPresent() && token.isPresent()) {
      throw new RejectedProofException(Cause.TWO_PROOFS);
    }
    return certified
        .or(recalled::author)
        .or(() -> token.map(this::verified))
        .orElseThrow(() -> new RejectedProofException(Cause.NO_PROOF));
  }

  private Caller verified(String token) {
    try {
      return tokens.verify(token);
    } catch (RejectedProofException _) {
      throw unauthenticated; // The verifier has counted it.
    }
  }

  private static Caller narrowed(Caller caller, Metadata headers) {
    Optional<String> named = Tenant.named(headers);
    if (named.isEmpty() || named.equals(caller.tenant())) {
      return caller;
    }
    if (caller.tenant().isPresent()) {
      throw Errors.permissionDenied();
    }
    return caller.narrowedTo(named.get());
  }

  private static String name(Caller caller) {
    return caller.kind().name().toLowerCase(Locale.ROOT) + ":" + caller.id();
  }
}
