package com.minhacarona.carona;

import java.util.Set;

/**
 * What a client follows, or ceases to: rides, and all rides of condominiums, present and future.
 */
record Subscription(Set<String> caronaIds, Set<String> condominioIds) {}
