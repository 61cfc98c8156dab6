package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem.Status;

/** A change of a reservation's status as its author asks for it. */
record StatusChange(String caronaId, String usuarioId, Status status, String motivo) {}
