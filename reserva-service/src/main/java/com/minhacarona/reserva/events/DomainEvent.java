package com.minhacarona.reserva.events;

import com.google.protobuf.Message;
import java.time.Instant;

/**
 * Something that happened to a ride or a reservation.
 *
 * @param id the same each time that the event is told, so that a repeat can be dropped
 * @param time when it happened
 * @param subject what it happened to: the ride's id, followed by {@code /} and the passenger's for
 *     a reservation
 * @param data the message of {@code events.proto} that belongs to the type
 */
public record DomainEvent(
    EventType type, String id, Instant time, String subject, String condominioId, Message data) {}
