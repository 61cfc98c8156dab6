package com.minhacarona.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest model of a ride and its reservations before departure. Immutable, so that a search
 * can go back to it. Each method returns the state after a call with what its caller must be told.
 *
 * @param versao counts the changes of the ride, as its item does
 */
public record CaronaModel(
    int vagasTotal, CaronaItem.Status status, long versao, Map<String, Booking> bookings) {
  private static final String OK = "OK";
  private static final String TRANSICAO_INVALIDA = "TRANSICAO_INVALIDA";

  /** A state, and what is told to the caller whose call led there. */
  public record Told(CaronaModel model, String answer) {}

  /** One resident's reservation, with the last requests that took effect on it, in order. */
  public record Booking(int vagas, ReservaItem.Status status, List<String> requests) {
    private Booking with(ReservaItem.Status changed) {
      return new Booking(vagas, changed, requests);
    }
  }

  /** What is stored. */
  public static CaronaModel of(CaronaItem carona, List<ReservaItem> reservas) {
    Map<String, Booking> bookings = new HashMap<>();
    reservas.forEach(
        r -> bookings.put(r.usuarioId(), new Booking(r.vagas(), r.status(), r.requestIds())));
    return new CaronaModel(
        carona.vagasTotal(), carona.status(), carona.versao(), Map.copyOf(bookings));
  }

  /** A new ride. */
  public static CaronaModel open(int vagasTotal) {
    return new CaronaModel(vagasTotal, CaronaItem.Status.ABERTA, 1, Map.of());
  }

  public Told book(String usuario, int vagas, String request) {
    Booking booking = bookings.get(usuario);
    if (booking != null && booking.requests.contains(request)) {
      return told(
          booking.requests.getLast().equals(request) && booking.vagas != vagas
              ? "REQUEST_ID_REUTILIZADO"
              : "REPETIDA");
    }
    if (booking != null && booking.status != ReservaItem.Status.CANCELADA) {
      return told("RESERVA_JA_EXISTE");
    }
    if (!bookable()) {
      return told("CARONA_FECHADA");
    }
    if (left() < vagas) {
      return told("VAGAS_INSUFICIENTES");
    }
    List<String> requests = new ArrayList<>(booking == null ? List.of() : booking.requests);
    requests.add(request);
    if (requests.size() > ReservaItem.REQUEST_IDS_KEPT) {
      requests.removeFirst();
    }
    return changed(
        usuario,
        new Booking(vagas, ReservaItem.Status.CONFIRMADA, List.copyOf(requests)),
        versao + 1);
  }

  public Told change(String usuario, ReservaItem.Status to) {
    Booking booking = bookings.get(usuario);
    if (booking == null) {
      return told("RESERVA_NAO_ENCONTRADA");
    }
    if (booking.status == to) {
      return told(OK);
    }
    boolean cancelling = to == ReservaItem.Status.CANCELADA;
    boolean departed =
        status == CaronaItem.Status.EM_ANDAMENTO || status == CaronaItem.Status.CONCLUIDA;
    if (booking.status != ReservaItem.Status.CONFIRMADA
        || to == ReservaItem.Status.CONFIRMADA
        || cancelling == departed) {
      return told(TRANSICAO_INVALIDA);
    }
    return changed(usuario, booking.with(to), cancelling ? versao + 1 : versao);
  }

  public Told change(CaronaItem.Status to) {
    if (status == to) {
      return told(OK);
    }
    boolean legal =
        switch (to) {
          case EM_ANDAMENTO -> bookable();
          case CONCLUIDA -> status == CaronaItem.Status.EM_ANDAMENTO;
          case CANCELADA -> bookable() || status == CaronaItem.Status.EM_ANDAMENTO;
          case ABERTA, LOTADA -> false;
        };
    if (!legal) {
      return told(TRANSICAO_INVALIDA);
    }
    Map<String, Booking> changed = new HashMap<>(bookings);
    if (to == CaronaItem.Status.CANCELADA) {
      changed.replaceAll((_, b) ->
          b.status == ReservaItem.Status.CONFIRMADA ? b.with(ReservaItem.Status.CANCELADA) : b);
    }
    return new Told(new CaronaModel(vagasTotal, to, versao + 1, Map.copyOf(changed)), OK);
  }

  /** What a strong read of the ride must say now. */
  public String seen() {
    return seen(status.name(), left(), versao);
  }

  /** The same of a ride that was read. */
  public static String seen(String status, int vagasDisponiveis, long versao) {
    return "%s %s v%s".formatted(status, vagasDisponiveis, versao);
  }

  /** The seats left. */
  public int left() {
    return vagasTotal
        - bookings.values().stream()
            .filter(b -> b.status.holdsVagas())
            .mapToInt(Booking::vagas)
            .sum();
  }

  private Told told(String answer) {
    return new Told(this, answer);
  }

  private Told changed(String usuario, Booking booking, long newVersao) {
    Map<String, Booking> changed = new HashMap<>(bookings);
    changed.put(usuario, booking);
    CaronaModel after = new CaronaModel(vagasTotal, status, newVersao, Map.copyOf(changed));
    return new Told(after.filled(), OK);
  }

  private CaronaModel filled() {
    return bookable()
        ? new CaronaModel(
            vagasTotal,
            left() == 0 ? CaronaItem.Status.LOTADA : CaronaItem.Status.ABERTA,
            versao,
            bookings)
        : this;
  }

  private boolean bookable() {
    return status == CaronaItem.Status.ABERTA || status == CaronaItem.Status.LOTADA;
  }
}
