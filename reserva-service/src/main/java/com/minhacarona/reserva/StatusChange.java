package com.minhacarona.reserva;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.table.ReservaItem.Status;

/**
 * A change of a reservation's status that somebody asks for.
 *
 * @param caller who asks
 * @param usuarioId whose reservation it is
 */
record StatusChange(
    Caller caller, String caronaId, String usuarioId, Status status, String motivo) {}
