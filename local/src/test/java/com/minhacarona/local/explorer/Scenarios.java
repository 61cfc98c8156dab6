package com.minhacarona.local.explorer;

import com.minhacarona.local.explorer.Call.Book;
import com.minhacarona.local.explorer.Call.Cancel;
import com.minhacarona.local.explorer.Call.CancelCarona;
import com.minhacarona.local.explorer.Call.Look;
import com.minhacarona.local.explorer.Explorer.Scenario;
import com.minhacarona.table.CaronaModel;
import java.util.List;

/** Few calls on one ride, whose order or whose faults matter. */
final class Scenarios {
  /** {@code -Dsoak} allows one fault more than a build does. */
  private static final int MORE = Boolean.getBoolean("soak") ? 1 : 0;

  private static final String ANAS = id(1);
  private static final String BIAS = id(2);
  private static final String CAIOS = id(3);

  /** Two want the last seat. */
  static Scenario theLastSeat() {
    return new Scenario(
        CaronaModel.open(1),
        List.of(List.of(book("ana", ANAS)), List.of(book("bia", BIAS))),
        1 + MORE);
  }

  /** Three want two seats. */
  static Scenario threeForTwoSeats() {
    return new Scenario(
        CaronaModel.open(2),
        List.of(
            List.of(book("ana", ANAS)), List.of(book("bia", BIAS)), List.of(book("caio", CAIOS))),
        MORE);
  }

  /** Whoever got no answer asks again with the same id, also from two devices. */
  static Scenario aRepeat() {
    return new Scenario(
        CaronaModel.open(2),
        List.of(List.of(book("ana", ANAS), book("ana", ANAS)), List.of(book("ana", ANAS))),
        1 + MORE);
  }

  /** A booking fills the ride while a reservation is cancelled, twice. */
  static Scenario aCancellation() {
    return new Scenario(
        booked(),
        List.of(List.of(new Cancel("ana")), List.of(book("bia", BIAS)), List.of(new Cancel("ana"))),
        MORE);
  }

  /** The driver cancels a ride of which a seat is being booked. */
  static Scenario aCascade() {
    return new Scenario(
        booked(), List.of(List.of(new CancelCarona()), List.of(book("bia", BIAS))), 1 + MORE);
  }

  /** Somebody cancels and books again while another one wants the seats. */
  static Scenario bookedAgain() {
    return new Scenario(
        booked(),
        List.of(
            List.of(new Cancel("ana"), book("ana", CAIOS), new Look()),
            List.of(new Book("bia", 2, BIAS), new Look())),
        MORE);
  }

  /** Somebody who fills a ride cancels on one device, and books on another. */
  static Scenario twoDevices() {
    return new Scenario(
        CaronaModel.open(1).book("ana", 1, ANAS).model(),
        List.of(List.of(new Cancel("ana")), List.of(book("ana", BIAS), book("ana", CAIOS))),
        MORE);
  }

  /** All of them. */
  static List<Scenario> all() {
    return List.of(
        theLastSeat(),
        threeForTwoSeats(),
        aRepeat(),
        aCancellation(),
        aCascade(),
        bookedAgain(),
        twoDevices());
  }

  /** A ride of two seats, of which ana has one. */
  private static CaronaModel booked() {
    return CaronaModel.open(2).book("ana", 1, ANAS).model();
  }

  private static Book book(String usuario, String request) {
    return new Book(usuario, 1, request);
  }

  private static String id(int number) {
    return "00000000-0000-4000-8000-00000000000" + number;
  }

  private Scenarios() {}
}
