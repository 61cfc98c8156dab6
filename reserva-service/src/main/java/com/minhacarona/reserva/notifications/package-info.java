/**
 * Tells residents what happened to their rides and reservations: by e-mail, SMS and push, as they
 * wish. {@code Notifier} reads one event after another; {@code Audience} says who is concerned,
 * {@code Deliveries} sees to it that each is told once, and a {@code Channel} sends.
 */
package com.minhacarona.reserva.notifications;
