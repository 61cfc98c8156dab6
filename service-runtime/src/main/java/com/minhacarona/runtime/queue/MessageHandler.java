package com.minhacarona.runtime.queue;

/**
 * Does what a message asks for. A message may come more than once, and two copies of it at the same
 * time, so a handler does it in such a way that a repeat changes nothing. Thread-safe.
 */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Handles one message, on a virtual thread of its own.
   *
   * @return what becomes of the message. What is thrown instead counts as trouble if it is an error
   *     of {@code runtime.call} or of the AWS SDK that a repeat may mend, and otherwise as a fault
   *     of ours
   */
  Verdict handle(QueueMessage message) throws InterruptedException;
}
