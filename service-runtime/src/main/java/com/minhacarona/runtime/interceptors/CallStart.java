package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.auth.Recalled;
import io.grpc.ServerCall;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Decides where a call begins. A call whose proof must be verified begins on a thread, because keys
 * may have to be read, and has one of a number of places until that is done: a flood of proofs that
 * nobody has seen keeps threads from nobody else. Thread-safe.
 */
public final class CallStart {
  private static final ScopedValue<Start> START = ScopedValue.newInstance();

  /** How the call on this thread begins. */
  private sealed interface Start {
    /** With what is remembered; {@code verified} is told that the rest is verified. */
    record WithPlace(Recalled recalled, Runnable verified) implements Start {}

    /** Only to be refused. */
    record WithoutPlace() implements Start {}
  }

  private final Shares places;

  @Inject
  CallStart(VerificationPlaces places) {
    this.places = new Shares(places.max(), places.maxOfAPeer());
  }

  /**
   * The executor of a call.
   *
   * @param ifKnown runs the call when nothing has to be verified
   * @param threads run it otherwise, and may wait; a call without a place for that is refused at
   *     once, on the thread that asks
   */
  public Executor executor(
      ServerCall<?, ?> call, Recalled recalled, Executor ifKnown, Executor threads) {
    if (recalled.complete()) {
      return begun(ifKnown, new Start.WithPlace(recalled, () -> {}));
    }
    Optional<Shares.Place> place = places.take(call);
    if (place.isEmpty()) {
      return begun(Runnable::run, new Start.WithoutPlace());
    }
    Executor beginning = begun(threads, new Start.WithPlace(recalled, place.get()::giveBack));
    return command -> {
      try {
        beginning.execute(() -> {
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

  private static Executor begun(Executor executor, Start start) {
    return command -> executor.execute(() -> ScopedValue.where(START, start).run(command));
  }

  /**
   * Finds out who makes the call that begins on this thread, and gives its place to the next one.
   *
   * @return empty when the call has no place
   */
  static <T> Optional<T> verified(Function<Recalled, T> authentication) {
    Start start = START.isBound() ? START.get() : new Start.WithPlace(Recalled.NOTHING, () -> {});
    return switch (start) {
      case Start.WithPlace(var recalled, var verified) -> {
        try {
          yield Optional.of(authentication.apply(recalled));
        } finally {
          verified.run();
        }
      }
      case Start.WithoutPlace _ -> Optional.empty();
    };
  }
}
