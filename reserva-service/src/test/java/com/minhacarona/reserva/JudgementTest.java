package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingResult.CaronaFechada;
import com.minhacarona.reserva.BookingResult.CaronaNaoEncontrada;
import com.minhacarona.reserva.BookingResult.MotoristaNaoReserva;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.BookingResult.RequestIdReutilizado;
import com.minhacarona.reserva.BookingResult.ReservaJaExiste;
import com.minhacarona.reserva.BookingResult.Unchanged;
import com.minhacarona.reserva.BookingResult.VagasInsuficientes;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every combination of what can be stored and asked for. */
class JudgementTest {
  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");
  private static final String REQUEST = "this-request";
  private static final int WANTED = 2;

  /** The requests that took effect on the reservation, and the seats that the last one booked. */
  enum Earlier {
    ANOTHER,
    THIS,
    THIS_WITH_OTHER_VAGAS,
    THIS_BEFORE_ANOTHER;

    private int vagas() {
      return this == THIS ? WANTED : WANTED + 1;
    }

    private List<String> requestIds() {
      return switch (this) {
        case ANOTHER -> List.of("another");
        case THIS, THIS_WITH_OTHER_VAGAS -> List.of("another", REQUEST);
        case THIS_BEFORE_ANOTHER -> List.of(REQUEST, "another");
      };
    }
  }

  /** One combination. */
  record Case(
      Optional<CaronaItem.Status> carona,
      boolean departed,
      int vagas,
      boolean sameCondominio,
      boolean driver,
      Optional<ReservaItem.Status> reserva,
      Earlier earlier) {

    NewReserva newReserva() {
      return new NewReserva(
          REQUEST,
          "c1",
          driver ? "motorista-1" : "ana",
          sameCondominio ? "cond-1" : "cond-2",
          WANTED);
    }

    Optional<CaronaItem> storedCarona() {
      Instant partida = departed ? NOW : NOW.plusMillis(1);
      return carona.map(s -> Examples.carona("c1", partida).withStatus(s, vagas, "", NOW));
    }

    Optional<ReservaItem> storedReserva() {
      return reserva.map(s ->
          new ReservaItem(
              "c1",
              newReserva().usuarioId(),
              earlier.vagas(),
              s,
              2,
              earlier.requestIds(),
              "",
              NOW,
              NOW));
    }

    boolean bookedBefore() {
      return reserva.isPresent() && earlier.requestIds().contains(REQUEST);
    }

    boolean holdsAnother() {
      return reserva.isPresent()
          && !bookedBefore()
          && reserva.get() != ReservaItem.Status.CANCELADA;
    }

    /** Whether the ride's condition holds in one of the two forms of the transaction. */
    boolean caronaConditionHolds() {
      return carona.equals(Optional.of(CaronaItem.Status.ABERTA))
          && sameCondominio
          && !departed
          && !driver
          && vagas >= WANTED;
    }

    /** Whether the reservation's condition holds when the form knows of a cancelled one. */
    boolean reservaConditionHolds() {
      return !bookedBefore() && !holdsAnother();
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Optional<CaronaItem.Status> carona : optionally(CaronaItem.Status.values())) {
      for (boolean departed : List.of(false, true)) {
        for (int vagas : vagas(carona)) {
          for (boolean sameCondominio : List.of(false, true)) {
            for (boolean driver : List.of(false, true)) {
              for (Optional<ReservaItem.Status> reserva : optionally(ReservaItem.Status.values())) {
                for (Earlier earlier : Earlier.values()) {
                  cases.add(
                      new Case(carona, departed, vagas, sameCondominio, driver, reserva, earlier));
                }
              }
            }
          }
        }
      }
    }
    return cases;
  }

  @Test
  void of_whatIsStored_isTheFirstReasonInTheOrderOfTheContract() {
    for (Case c : cases()) {
      assertThat(byStored(c)).as("%s", c).isEqualTo(expected(c));
    }
  }

  /** Whoever is told that a booking may go ahead must find that its conditions hold. */
  @Test
  void of_whatIsStored_isEmptyExactlyWhenATransactionCanSucceed() {
    for (Case c : cases()) {
      assertThat(byStored(c).isEmpty())
          .as("%s", c)
          .isEqualTo(c.caronaConditionHolds() && c.reservaConditionHolds());
    }
  }

  /** DynamoDB may report only one of two failed conditions, and the reason must be the same. */
  @Test
  void of_oldImages_isTheSameReasonWhateverIsReported() {
    for (Case c : cases()) {
      if (!c.sameCondominio() || c.carona().isEmpty() || (c.driver() && c.reserva().isPresent())) {
        continue; // Such a ride's reservation cannot be the caller's.
      }
      boolean caronaFails = !c.caronaConditionHolds();
      boolean reservaFails = c.reserva().isPresent();
      if (caronaFails) {
        assertThat(byImages(c, true, false)).as("%s", c).isEqualTo(expected(c));
      }
      if (caronaFails && reservaFails) {
        assertThat(byImages(c, true, true)).as("%s", c).isEqualTo(expected(c));
      }
      if (reservaFails) {
        // A cancelled reservation alone is no reason. The next form meets the ride's condition.
        assertThat(byImages(c, false, true))
            .as("%s", c)
            .isEqualTo(c.reservaConditionHolds() ? Optional.empty() : expected(c));
      }
    }
  }

  @Test
  void of_oldImages_readsTheReservationOnlyWhenItMayBeARepeatedBooking() {
    for (Case c : cases()) {
      AtomicInteger reads = new AtomicInteger();
      OldImages images =
          new OldImages(c.storedCarona(), Optional.empty(), Optional.empty(), true, false);
      Optional<Unchanged> byCaronaAlone = judge(c, images, reads);
      boolean fullOrClosed =
          c.carona().isPresent() && c.sameCondominio() && !c.driver() && !c.caronaConditionHolds();
      assertThat(reads.get()).as("%s: %s", c, byCaronaAlone).isEqualTo(fullOrClosed ? 1 : 0);

      OldImages both =
          new OldImages(c.storedCarona(), c.storedReserva(), Optional.empty(), true, true);
      judge(c, both, reads);
      OldImages reservaAlone =
          new OldImages(Optional.empty(), c.storedReserva(), Optional.empty(), false, true);
      judge(c, reservaAlone, reads);
      assertThat(reads.get()).as("no more: %s", c).isEqualTo(fullOrClosed ? 1 : 0);
    }
  }

  /** It may have held seats when the ride refused. The next form of the transaction sees both. */
  @Test
  void of_aReservationThatWasCancelledBeforeItWasRead_isNoReason() {
    Case full =
        new Case(
            Optional.of(CaronaItem.Status.LOTADA),
            false,
            0,
            true,
            false,
            Optional.of(ReservaItem.Status.CANCELADA),
            Earlier.ANOTHER);
    OldImages reported =
        new OldImages(full.storedCarona(), Optional.empty(), Optional.empty(), true, false);
    OldImages complete =
        Judgement.complete(full.newReserva(), reported, Optional.empty(), full::storedReserva, NOW);
    assertThat(Judgement.of(full.newReserva(), complete, NOW)).isEmpty();
    BookingTransaction next =
        BookingTransaction.of(full.newReserva(), OptionalInt.empty(), NOW).correctedBy(complete);
    assertThat(next.cancelled()).isEqualTo(full.storedReserva());
  }

  @Test
  void of_theOldImageInTheWrongForm_isEmpty() {
    Case open =
        new Case(
            Optional.of(CaronaItem.Status.ABERTA),
            false,
            WANTED,
            true,
            false,
            Optional.empty(),
            Earlier.ANOTHER);
    assertThat(byImages(open, true, false)).isEmpty();
  }

  /** The reasons in the order in which the contract gives them precedence. */
  private static Optional<Unchanged> expected(Case c) {
    if (c.carona().isEmpty() || !c.sameCondominio()) {
      return Optional.of(new CaronaNaoEncontrada());
    } else if (c.bookedBefore() && c.earlier() == Earlier.THIS_WITH_OTHER_VAGAS) {
      return Optional.of(new RequestIdReutilizado(c.storedReserva().orElseThrow()));
    } else if (c.bookedBefore()) {
      return Optional.of(new Repeated(c.storedReserva().orElseThrow()));
    } else if (c.holdsAnother()) {
      return Optional.of(new ReservaJaExiste(c.storedReserva().orElseThrow()));
    } else if (c.driver()) {
      return Optional.of(new MotoristaNaoReserva());
    } else if (c.departed() || c.carona().get().compareTo(CaronaItem.Status.LOTADA) > 0) {
      return Optional.of(new CaronaFechada(c.storedCarona().orElseThrow()));
    } else if (c.vagas() < WANTED) {
      return Optional.of(new VagasInsuficientes(c.vagas()));
    }
    return Optional.empty();
  }

  private static Optional<Unchanged> byStored(Case c) {
    return Judgement.of(c.newReserva(), c.storedCarona(), c.storedReserva(), NOW);
  }

  private static Optional<Unchanged> byImages(
      Case c, boolean caronaReported, boolean reservaReported) {
    OldImages images =
        new OldImages(
            caronaReported ? c.storedCarona() : Optional.empty(),
            reservaReported ? c.storedReserva() : Optional.empty(),
            Optional.empty(),
            caronaReported,
            reservaReported);
    return judge(c, images, new AtomicInteger());
  }

  private static Optional<Unchanged> judge(Case c, OldImages images, AtomicInteger reads) {
    // The form that knows of a cancelled reservation, as the next one after its old image does.
    Optional<ReservaItem> expected =
        c.reservaConditionHolds() ? c.storedReserva() : Optional.empty();
    OldImages complete =
        Judgement.complete(
            c.newReserva(),
            images,
            expected,
            () -> {
              reads.incrementAndGet();
              return c.storedReserva();
            },
            NOW);
    return Judgement.of(c.newReserva(), complete, NOW);
  }

  /** A full ride has no seats left, and an open one has some. */
  private static List<Integer> vagas(Optional<CaronaItem.Status> carona) {
    return carona.equals(Optional.of(CaronaItem.Status.LOTADA))
        ? List.of(0)
        : List.of(WANTED - 1, WANTED, WANTED + 1);
  }

  private static <T> List<Optional<T>> optionally(T[] values) {
    return Stream.concat(Stream.of(Optional.<T>empty()), Stream.of(values).map(Optional::of))
        .toList();
  }
}
