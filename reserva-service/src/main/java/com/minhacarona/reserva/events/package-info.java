/**
 * Tells others what happened to rides and reservations: from the changes of the table to events,
 * and from events to the topic.
 */
package com.minhacarona.reserva.events;
