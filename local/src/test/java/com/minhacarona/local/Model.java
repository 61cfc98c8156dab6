package com.minhacarona.local;

import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;

/** A {@link CaronaModel} that goes from call to call, in words of the contract. */
final class Model {
  private static final String PREFIX = "STATUS_CARONA_";

  private CaronaModel state;

  Model(int seats) {
    state = CaronaModel.open(seats);
  }

  String book(String user, int wanted, String request) {
    return told(state.book(user, wanted, request));
  }

  String change(String user, StatusReserva to) {
    String status = to.name().substring("STATUS_RESERVA_".length());
    return told(state.change(user, ReservaItem.Status.valueOf(status)));
  }

  String change(StatusCarona to) {
    return told(state.change(CaronaItem.Status.valueOf(to.name().substring(PREFIX.length()))));
  }

  StatusCarona status() {
    return StatusCarona.valueOf(PREFIX + state.status());
  }

  int left() {
    return state.left();
  }

  private String told(CaronaModel.Told told) {
    state = told.model();
    return told.answer();
  }
}
