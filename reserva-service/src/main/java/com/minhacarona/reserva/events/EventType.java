package com.minhacarona.reserva.events;

import com.google.protobuf.Message;
import com.minhacarona.v1.CaronaCancelada;
import com.minhacarona.v1.CaronaConcluida;
import com.minhacarona.v1.CaronaCriada;
import com.minhacarona.v1.CaronaEmAndamento;
import com.minhacarona.v1.CaronaLotada;
import com.minhacarona.v1.CaronaReaberta;
import com.minhacarona.v1.ReservaCancelada;
import com.minhacarona.v1.ReservaConcluida;
import com.minhacarona.v1.ReservaConfirmada;
import com.minhacarona.v1.ReservaNaoCompareceu;
import com.minhacarona.v1.ReservaRecusada;

/** The kinds of events of {@code events.proto}, each with its name and the message it carries. */
public enum EventType {
  RESERVA_CONFIRMADA("reserva.confirmada", ReservaConfirmada.getDefaultInstance()),
  RESERVA_RECUSADA("reserva.recusada", ReservaRecusada.getDefaultInstance()),
  RESERVA_CANCELADA("reserva.cancelada", ReservaCancelada.getDefaultInstance()),
  RESERVA_CONCLUIDA("reserva.concluida", ReservaConcluida.getDefaultInstance()),
  RESERVA_NAO_COMPARECEU("reserva.nao_compareceu", ReservaNaoCompareceu.getDefaultInstance()),
  CARONA_CRIADA("carona.criada", CaronaCriada.getDefaultInstance()),
  CARONA_LOTADA("carona.lotada", CaronaLotada.getDefaultInstance()),
  CARONA_REABERTA("carona.reaberta", CaronaReaberta.getDefaultInstance()),
  CARONA_EM_ANDAMENTO("carona.em_andamento", CaronaEmAndamento.getDefaultInstance()),
  CARONA_CONCLUIDA("carona.concluida", CaronaConcluida.getDefaultInstance()),
  CARONA_CANCELADA("carona.cancelada", CaronaCancelada.getDefaultInstance());

  private final String eventName;
  private final Message empty;

  EventType(String eventName, Message empty) {
    this.eventName = eventName;
    this.empty = empty;
  }

  /** The name that subscribers filter by, such as {@code reserva.confirmada}. */
  public String eventName() {
    return eventName;
  }

  /** A message of this kind's type, without content. */
  Message empty() {
    return empty;
  }
}
