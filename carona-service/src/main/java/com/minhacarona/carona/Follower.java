package com.minhacarona.carona;

/** Is told of changes of what it follows. Thread-safe. */
interface Follower {

  /** Takes a state of a ride, which may be older than one that it has; never waits. */
  void offer(Update update);

  /** Ends, because telling it failed; what follows the same ride is not affected. */
  void fail(Throwable cause);
}
