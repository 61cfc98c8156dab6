package com.minhacarona.carona;

import java.time.Instant;

/** A ride's place in a list. */
record Posicao(Instant partida, String caronaId) {}
