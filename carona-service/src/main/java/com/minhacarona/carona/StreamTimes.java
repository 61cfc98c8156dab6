package com.minhacarona.carona;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The times of one update stream.
 *
 * @param wall for times that the client or another machine compares with its own
 * @param steady for times that have elapsed on this stream
 * @param silence after which the stream sends a heartbeat
 * @param leavesAt when it sends its client elsewhere, by the steady clock
 */
record StreamTimes(Clock wall, Clock steady, Duration silence, Instant leavesAt) {}
