package com.minhacarona.carona;

import java.time.Instant;

/** A ride's place in a list. */
record Position(Instant partida, String caronaId) {}
