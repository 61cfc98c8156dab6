package com.minhacarona.load.attack;

import java.util.Map;

/**
 * How a service came through an attack. Bytes of heap are those of live objects.
 *
 * @param seconds how long the attack lasted
 * @param connections how many the attacker opened
 * @param heapBefore before the attack, when the service had warmed up
 * @param heapHeld while the attacker still held its connections; 0 when the process has ended
 * @param heapAfter when it had closed them; 0 when the process has ended
 * @param calls how many the good caller made
 * @param failures those of them that failed, by status and reason
 * @param p99Before the good caller's, in milliseconds
 * @param p99After the same, for calls from two seconds after the end of the attack on
 */
record Outcome(
    Attack attack,
    double seconds,
    long bytes,
    long frames,
    int connections,
    long heapBefore,
    long heapHeld,
    long heapAfter,
    int calls,
    Map<String, Integer> failures,
    double p99Before,
    double p99After,
    boolean alive) {}
