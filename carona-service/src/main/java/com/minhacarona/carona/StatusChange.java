package com.minhacarona.carona;

import com.minhacarona.table.CaronaItem.Status;

/** A change of a ride's status as its author asks for it. */
record StatusChange(String caronaId, Status status, String motivo) {}
