package com.minhacarona.carona;

import java.time.Instant;

/** Where a ride is in a list that is ordered by departure, and by id when departures are equal. */
record Position(Instant partida, String caronaId) {}
