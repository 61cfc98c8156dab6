package com.minhacarona.local.explorer;

import java.util.concurrent.Semaphore;

/**
 * One client with tasks of its own. It stands still before each call and before each request to the
 * store, until it is told to go. The first request of a call goes with it.
 */
final class Lane {
  final String name;
  private final Semaphore go = new Semaphore(0);
  private final Semaphore still = new Semaphore(0);
  private volatile Schedule schedule;
  private volatile String call = "";
  private volatile boolean begins;
  private volatile boolean done;

  /** Whether the store does not answer this lane until its call has ended. */
  volatile boolean silent;

  Lane(String name) {
    this.name = name;
  }

  /** Begins anew. */
  void begin(Schedule next) {
    schedule = next;
    done = false;
    silent = false;
  }

  Schedule schedule() {
    return schedule;
  }

  String call() {
    return call;
  }

  boolean done() {
    return done;
  }

  /** Goes one step, and returns when the lane stands still again. */
  void step() {
    go.release();
    still.acquireUninterruptibly();
  }

  /** Waits until the call may begin. */
  void beforeCall(String next) {
    go.acquireUninterruptibly();
    call = next;
    begins = true;
  }

  Schedule beforeRequest() {
    if (silent) {
      throw StoreFault.silence();
    }
    if (!begins) {
      still.release();
      go.acquireUninterruptibly();
    }
    begins = false;
    return schedule;
  }

  void afterCall(boolean last) {
    silent = false;
    done = last;
    still.release();
  }
}
