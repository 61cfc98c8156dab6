package com.minhacarona.runtime.queue;

/**
 * Which queue is read, and how fast.
 *
 * @param url the queue's address, as SQS gives it; not a FIFO queue
 * @param concurrency how many messages are in hand at a time at most, from 1 up
 */
public record QueueConfig(String url, int concurrency) {

  public QueueConfig {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency is " + concurrency);
    }
  }

  /** Where messages go that can never work. */
  public String deadLetterUrl() {
    return url + "-dlq";
  }
}
