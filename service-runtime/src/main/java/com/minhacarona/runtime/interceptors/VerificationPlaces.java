package com.minhacarona.runtime.interceptors;

/**
 * How many calls may wait for the verification of their proof at a time.
 *
 * @param max of all addresses
 * @param maxOfAPeer of one address, which may be a node of a load balancer
 */
record VerificationPlaces(int max, int maxOfAPeer) {
  /**
   * A verification takes a tenth of a millisecond or two, so the last one waits for some 30 ms. A
   * load balancer has two nodes or three.
   */
  static final VerificationPlaces DEFAULT = new VerificationPlaces(512, 384);
}
