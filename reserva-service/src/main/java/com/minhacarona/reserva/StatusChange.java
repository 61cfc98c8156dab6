package com.minhacarona.reserva;

import com.minhacarona.table.ReservaItem.Status;

/** A change of a reservation's status that somebody asks for. */
record StatusChange(String caronaId, String usuarioId, Status status, String motivo) {}
