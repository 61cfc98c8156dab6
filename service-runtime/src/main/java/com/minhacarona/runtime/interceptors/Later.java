package com.minhacarona.runtime.interceptors;

import java.util.concurrent.Future;

/** Runs a task after some time. */
@FunctionalInterface
interface Later {
  Future<?> run(Runnable task, long nanos);
}
