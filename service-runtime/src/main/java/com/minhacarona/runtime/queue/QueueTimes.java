package com.minhacarona.runtime.queue;

import java.time.Duration;

/**
 * How long things may take in the reading of a queue.
 *
 * @param longPoll how long SQS waits for messages before it answers that there are none
 * @param visibility how long SQS hides a message that was received, unless it is extended; it is
 *     extended when half of that is over
 * @param longestHold how long a message may be in hand or put back at most, after its receipt
 * @param handling the deadline of a handler's calls
 * @param retry pauses before a message comes again that met trouble or found no place
 * @param probe pauses between messages while all of them are in trouble
 * @param receive pauses between requests while the queue itself is in trouble
 * @param place how often a message asks for a place among the calls while there is none
 * @param drain how long messages in hand may go on when the reading stops
 * @param interrupted how long they then have to end after they were interrupted, and again how long
 *     it may take to tell SQS
 */
record QueueTimes(
    Duration longPoll,
    Duration visibility,
    Duration longestHold,
    Duration handling,
    Pauses retry,
    Pauses probe,
    Pauses receive,
    Duration place,
    Duration drain,
    Duration interrupted) {

  /**
   * 20 s is SQS's own bound. So are 12 hours after the receipt, and SQS refuses whatever is more:
   * it counts from its answer on, which may be some seconds older than our receipt, and in whole
   * seconds, so a minute less is asked for. A message in trouble comes every 7.5 to 15 minutes in
   * the end. SQS allows 1,000 receives, and in the four days for which it keeps a message that
   * makes less than 800. The probes are so close together that reading is fast again 5 s after an
   * outage. A stop waits for 3 s, and up to five times for 1 s, which leaves room in the 30 s that
   * a container gets.
   */
  static final QueueTimes DEFAULT =
      new QueueTimes(
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofHours(12).minusMinutes(1),
          Duration.ofSeconds(30),
          new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(15)),
          new Pauses(Duration.ofMillis(250), Duration.ofSeconds(5)),
          new Pauses(Duration.ofMillis(500), Duration.ofSeconds(20)),
          Duration.ofMillis(20),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1));
}
