package com.minhacarona.client;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What the calls of a client prove besides its certificate: who calls, and for which resident.
 * Thread-safe.
 */
final class Proof {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ON_BEHALF_OF =
      Metadata.Key.of("x-on-behalf-of", Metadata.ASCII_STRING_MARSHALLER);

  private final Optional<Tokens> tokens;
  private final Optional<String> residentToken;

  private Proof(Optional<Tokens> tokens, Optional<String> residentToken) {
    this.tokens = tokens;
    this.residentToken = residentToken;
  }

  static Proof by(Optional<Tokens> tokens) {
    return new Proof(tokens, Optional.empty());
  }

  Proof onBehalfOf(String token) {
    Token.checkValue(token);
    return new Proof(tokens, Optional.of(token));
  }

  /** Calls, and once more with another token if the service refused the first one. */
  <S extends AbstractStub<S>, R> R call(S stub, Function<S, R> call) {
    Attempt first = attempt();
    try {
      return call.apply(first.on(stub));
    } catch (StatusRuntimeException e) {
      Attempt second = first.next(e.getStatus()).orElseThrow(() -> e);
      R result = call.apply(second.on(stub));
      second.accepted();
      return result;
    }
  }

  /** The first attempt at a call. */
  Attempt attempt() {
    return new Attempt(false, 0);
  }

  /** The first attempt at a call that may live as long as its token. */
  Attempt longAttempt() {
    return new Attempt(true, 0);
  }

  /** One attempt at a call. Remembers which token it carried. */
  final class Attempt extends CallCredentials {
    private final boolean fresh;
    private final long refused;
    private volatile long carried;

    private Attempt(boolean fresh, long refused) {
      this.fresh = fresh;
      this.refused = refused;
    }

    <S extends AbstractStub<S>> S on(S stub) {
      return tokens.isEmpty() && residentToken.isEmpty() ? stub : stub.withCallCredentials(this);
    }

    /** The second attempt, if the first one ended in a way that another token may mend. */
    Optional<Attempt> next(Status status) {
      return status.getCode() == Status.Code.UNAUTHENTICATED
              && refused == 0
              && carried != 0
              && tokens.orElseThrow().refused(carried)
          ? Optional.of(new Attempt(fresh, carried))
          : Optional.empty();
    }

    /** Called when the service took the token. */
    void accepted() {
      if (refused != 0) {
        tokens.ifPresent(Tokens::cured);
      }
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier headers) {
      if (call.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY) {
        headers.fail(Status.UNAUTHENTICATED.withDescription("Tokens are sent over TLS only"));
      } else if (tokens.isEmpty()) {
        headers.apply(metadata());
      } else {
        var _ =
            tokens
                .get()
                .get(fresh, refused)
                .whenComplete((fetched, failure) -> {
                  if (failure == null) {
                    carried = fetched.number();
                    Metadata metadata = metadata();
                    metadata.put(AUTHORIZATION, "Bearer " + fetched.token().value());
                    headers.apply(metadata);
                  } else {
                    headers.fail(unavailable(failure));
                  }
                });
      }
    }

    private Metadata metadata() {
      Metadata metadata = new Metadata();
      residentToken.ifPresent(token -> metadata.put(ON_BEHALF_OF, token));
      return metadata;
    }
  }

  /**
   * The client's own fault, and one that passes: nobody has refused the caller. gRPC repeats such
   * calls, and its throttling ends that when most of them fail.
   */
  private static Status unavailable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return Status.UNAVAILABLE
        .withDescription("There is no token, because the token source failed: " + cause)
        .withCause(cause);
  }
}
