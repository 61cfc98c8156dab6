package com.minhacarona.runtime.call;

import io.grpc.Status;
import java.util.Optional;

/**
 * Gives places among the calls that run at a time to work that no caller waits for, so that calls
 * and such work together never exceed what the server carries. Callers come first. Thread-safe.
 */
@FunctionalInterface
public interface WorkPermits {

  /** A place for one piece of work; empty when there is none now, so try again in a moment. */
  Optional<Permit> tryAcquire();

  /** Held by admitted work until it is done. */
  interface Permit {

    /**
     * Gives the place back; to be called once.
     *
     * @param status how the work ended: the limit falls when the store could not carry it
     */
    void release(Status status);
  }
}
