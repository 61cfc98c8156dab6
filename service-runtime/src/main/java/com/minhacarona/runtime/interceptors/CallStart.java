package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import io.grpc.ServerCall;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * Decides where a call begins. A call whose proof must be verified begins on a thread, because keys
 * may have to be read, and has one of a number of places until that is done: a flood of proofs that
 * nobody has seen keeps threads from nobody else. Thread-safe.
 */
final class CallStart {
  private final Shares places;
  private final Executor threads;

  @Inject
  CallStart(VerificationPlaces places, ExecutorService callExecutor) {
    this(places, (Executor) callExecutor);
  }

  CallStart(VerificationPlaces places, Executor threads) {
    this.places = new Shares(places.max(), places.maxOfAPeer());
    this.threads = threads;
  }

  /**
   * Begins a call whose proof must be verified, on a thread.
   *
   * @param begin begins it, and runs what it is given as soon as the proof is verified
   * @return empty when the call has no place, and is to be refused
   */
  <ReqT> Optional<ServerCall.Listener<ReqT>> verifying(
      ServerCall<ReqT, ?> call, Function<Runnable, ServerCall.Listener<ReqT>> begin) {
    return places
        .take(call)
        .map(place -> {
          try {
            return OnThread.start(
                threads,
                call,
                () -> {
                  try {
                    return begin.apply(place::giveBack);
                  } finally {
                    place.giveBack();
                  }
                });
          } catch (RuntimeException e) {
            place.giveBack();
            throw e;
          }
        });
  }
}
