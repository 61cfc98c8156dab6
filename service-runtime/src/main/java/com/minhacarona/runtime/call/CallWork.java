package com.minhacarona.runtime.call;

import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;

/**
 * Does what a call of a method that answers on the event loop cannot do there. Such a call needs no
 * place among those that run at a time until it turns out that there is work. Thread-safe.
 */
@FunctionalInterface
public interface CallWork {

  /**
   * Runs work of the current call on a thread, in the call's context, as soon as there is a place
   * for it; at most once in each call. The place is given back when the call is closed. If the call
   * ends before there is a place, neither is run nor told: nobody waits for an answer.
   *
   * @param refused is told instead that there is no place, with the error for the caller
   */
  void run(Runnable work, Consumer<StatusRuntimeException> refused);
}
