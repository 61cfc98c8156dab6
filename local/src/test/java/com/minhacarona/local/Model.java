package com.minhacarona.local;

import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The smallest model of a ride and its reservations. Each method returns the expected outcome. */
final class Model {
  private final int seats;
  private StatusCarona status = StatusCarona.STATUS_CARONA_ABERTA;
  private final Map<String, Booking> bookings = new HashMap<>();

  private static final class Booking {
    private int seats;
    private StatusReserva status;
    private final List<String> requests = new ArrayList<>();
  }

  Model(int seats) {
    this.seats = seats;
  }

  String book(String user, int wanted, String request) {
    Booking booking = bookings.get(user);
    if (booking != null && booking.requests.contains(request)) {
      return booking.requests.getLast().equals(request) && booking.seats != wanted
          ? "REQUEST_ID_REUTILIZADO"
          : "REPETIDA";
    }
    if (booking != null && booking.status != StatusReserva.STATUS_RESERVA_CANCELADA) {
      return "RESERVA_JA_EXISTE";
    }
    if (!bookable()) {
      return "CARONA_FECHADA";
    }
    if (left() < wanted) {
      return "VAGAS_INSUFICIENTES";
    }
    Booking confirmed = bookings.computeIfAbsent(user, _ -> new Booking());
    confirmed.seats = wanted;
    confirmed.status = StatusReserva.STATUS_RESERVA_CONFIRMADA;
    confirmed.requests.add(request);
    fillOrOpen();
    return "OK";
  }

  String change(String user, StatusReserva to) {
    Booking booking = bookings.get(user);
    if (booking == null) {
      return "RESERVA_NAO_ENCONTRADA";
    }
    if (booking.status == to) {
      return "OK";
    }
    boolean cancelling = to == StatusReserva.STATUS_RESERVA_CANCELADA;
    boolean underWay =
        status == StatusCarona.STATUS_CARONA_EM_ANDAMENTO
            || status == StatusCarona.STATUS_CARONA_CONCLUIDA;
    if (booking.status != StatusReserva.STATUS_RESERVA_CONFIRMADA
        || to == StatusReserva.STATUS_RESERVA_CONFIRMADA
        || cancelling == underWay) {
      return "TRANSICAO_INVALIDA";
    }
    booking.status = to;
    fillOrOpen();
    return "OK";
  }

  String change(StatusCarona to) {
    if (status == to) {
      return "OK";
    }
    boolean legal =
        switch (to) {
          case STATUS_CARONA_EM_ANDAMENTO -> bookable();
          case STATUS_CARONA_CONCLUIDA -> status == StatusCarona.STATUS_CARONA_EM_ANDAMENTO;
          case STATUS_CARONA_CANCELADA ->
              bookable() || status == StatusCarona.STATUS_CARONA_EM_ANDAMENTO;
          default -> false;
        };
    if (!legal) {
      return "TRANSICAO_INVALIDA";
    }
    status = to;
    if (to == StatusCarona.STATUS_CARONA_CANCELADA) {
      for (Booking booking : bookings.values()) {
        if (booking.status == StatusReserva.STATUS_RESERVA_CONFIRMADA) {
          booking.status = StatusReserva.STATUS_RESERVA_CANCELADA;
        }
      }
    }
    return "OK";
  }

  StatusCarona status() {
    return status;
  }

  int left() {
    return seats
        - bookings.values().stream()
            .filter(b -> b.status != StatusReserva.STATUS_RESERVA_CANCELADA)
            .mapToInt(b -> b.seats)
            .sum();
  }

  private boolean bookable() {
    return status == StatusCarona.STATUS_CARONA_ABERTA
        || status == StatusCarona.STATUS_CARONA_LOTADA;
  }

  private void fillOrOpen() {
    if (bookable()) {
      status = left() == 0 ? StatusCarona.STATUS_CARONA_LOTADA : StatusCarona.STATUS_CARONA_ABERTA;
    }
  }
}
