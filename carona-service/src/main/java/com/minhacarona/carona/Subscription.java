package com.minhacarona.carona;

import java.util.Set;

/**
 * Rides, and condominiums with all their rides, present and future, that a client follows or ceases
 * to follow.
 */
record Subscription(Set<String> caronaIds, Set<String> condominioIds) {
  static final Subscription NOTHING = new Subscription(Set.of(), Set.of());

  /** How many rides a stream follows at most, those of its condominiums included: the contract. */
  static final int MAX_CARONAS = 10_000;

  /** How many condominiums a stream follows at most: the contract. */
  static final int MAX_CONDOMINIOS = 8;
}
