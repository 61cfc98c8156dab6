package com.minhacarona.cdk;

import java.util.Optional;

/**
 * What an environment does without, to cost less.
 *
 * @param together both services run in one task, and so share its fate
 * @param spot tasks run on capacity that AWS takes back with two minutes' notice
 * @param alarmsOnly of the metrics, CloudWatch gets those that alarms read
 * @param night when there are no tasks at all
 */
record Thrift(boolean together, boolean spot, boolean alarmsOnly, Optional<Night> night) {
  /** An environment that does without nothing. */
  static final Thrift NONE = new Thrift(false, false, false, Optional.empty());

  /**
   * Hours of each day, in São Paulo.
   *
   * @param from the hour in which tasks stop, 0 to 23
   * @param until the hour in which they start, 0 to 23
   */
  record Night(int from, int until) {
    /** How many hours of a day it has. */
    int hours() {
      return Math.floorMod(until - from, 24);
    }
  }
}
