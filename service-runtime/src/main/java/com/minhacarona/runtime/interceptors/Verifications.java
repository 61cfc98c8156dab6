package com.minhacarona.runtime.interceptors;

import com.google.common.annotations.VisibleForTesting;
import com.google.inject.Inject;
import io.grpc.ServerCall;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Bounds the calls that wait for the verification of their proof, so that a flood of proofs that
 * nobody has seen keeps threads from nobody else. A call of a caller that is known already needs
 * none of it. Thread-safe.
 */
public final class Verifications {
  /** A verification takes a tenth of a millisecond or two, so the last one waits for some 30 ms. */
  static final int MAX = 512;

  /** An address is a node of a load balancer, of which there are two or three. */
  static final int MAX_OF_A_PEER = MAX * 3 / 4;

  private static final ScopedValue<Boolean> REFUSED = ScopedValue.newInstance();

  private final Shares places;

  @Inject
  Verifications() {
    this(MAX, MAX_OF_A_PEER);
  }

  @VisibleForTesting
  Verifications(int max, int maxOfAPeer) {
    places = new Shares(max, maxOfAPeer);
  }

  /**
   * Where the call begins: on one of the threads, or, when too many wait for these, at once and
   * only to be refused.
   */
  public Executor beginning(ServerCall<?, ?> call, Executor threads) {
    Optional<Shares.Place> place = places.take(call);
    if (place.isEmpty()) {
      return command -> ScopedValue.where(REFUSED, true).run(command);
    }
    return command -> {
      try {
        threads.execute(() -> {
          try {
            command.run();
          } finally {
            place.get().giveBack();
          }
        });
      } catch (RuntimeException e) {
        place.get().giveBack();
        throw e;
      }
    };
  }

  /** Whether the call that begins on this thread is to be refused without a look at its proof. */
  static boolean refusesThisCall() {
    return REFUSED.isBound();
  }
}
