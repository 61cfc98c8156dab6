package com.minhacarona.carona;

import com.minhacarona.runtime.call.Caller;
import com.minhacarona.table.CaronaItem.Status;

/**
 * A change of a ride's status as it is asked for.
 *
 * @param caller who asks
 */
record StatusChange(Caller caller, String caronaId, Status status, String motivo) {}
