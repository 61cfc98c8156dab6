package com.minhacarona.carona;

import java.util.Set;

/**
 * What a client follows, or ceases to follow: rides, and all rides of condominiums, present and
 * future.
 */
record Subscription(Set<String> caronaIds, Set<String> condominioIds) {
  /** How many rides a stream follows at most, those of its condominiums included: the contract. */
  static final int MAX_CARONAS = 10_000;
}
