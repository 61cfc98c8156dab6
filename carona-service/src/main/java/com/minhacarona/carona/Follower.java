package com.minhacarona.carona;

/** Is told of changes of what it follows; never waits. Thread-safe. */
interface Follower {

  /** Takes a state of a ride that it follows by its id, which may be older than one it has. */
  void offer(Update update);

  /**
   * Says that a topic that it follows has news.
   *
   * @param replaced the place of the state that is no longer there, 0 if the ride is new
   */
  void told(Topic topic, long replaced);

  /** Ends, because telling it failed; other followers are not affected. */
  void fail(Throwable cause);
}
