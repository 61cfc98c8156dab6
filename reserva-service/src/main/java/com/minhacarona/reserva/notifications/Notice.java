package com.minhacarona.reserva.notifications;

/** That a resident is to be told of an event, in the words of a kind of message. */
record Notice(MessageKind kind, String usuarioId) {}
