package com.minhacarona.reserva;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.reserva.BookingTransaction.VagasLeft;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.Values;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.Update;

class BookingTransactionTest {
  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");
  private static final NewReserva TWO = new NewReserva("r2", "c1", "ana", "cond-1", 2);
  private static final BookingTransaction FIRST =
      BookingTransaction.of(TWO, OptionalInt.empty(), NOW);

  private final ReservaItem cancelled =
      Examples.reserva("c1", "ana", "r1").withStatus(ReservaItem.Status.CANCELADA, "desisti", NOW);

  @ParameterizedTest
  @CsvSource({"3, SOME", "2, NONE", "1, SOME", "0, SOME"})
  void of_vagasSeen_guessesWhetherSomeAreLeft(int seen, VagasLeft expected) {
    assertThat(BookingTransaction.of(TWO, OptionalInt.of(seen), NOW).vagasLeft())
        .isEqualTo(expected);
  }

  @Test
  void of_nothingSeen_guessesThatSomeAreLeftAndThereIsNoReservation() {
    assertThat(FIRST)
        .returns(VagasLeft.SOME, BookingTransaction::vagasLeft)
        .returns(Optional.empty(), BookingTransaction::cancelled)
        .returns(false, BookingTransaction::caronaSeen);
  }

  @Test
  void correctedBy_aRideWithExactlyTheseSeats_takesTheLast() {
    BookingTransaction corrected = FIRST.correctedBy(ofCarona(2));
    assertThat(corrected.vagasLeft()).isEqualTo(VagasLeft.NONE);
    assertThat(corrected.booked().vagasDisponiveis()).hasValue(0);
    assertThat(update(corrected).updateExpression()).contains("REMOVE GSI1PK, GSI1SK");
    assertThat(update(corrected).expressionAttributeValues())
        .containsEntry(":lotada", Values.s("LOTADA"));
  }

  @Test
  void correctedBy_aRideWithMoreSeats_leavesSome() {
    BookingTransaction corrected =
        BookingTransaction.of(TWO, OptionalInt.of(2), NOW).correctedBy(ofCarona(3));
    assertThat(corrected.vagasLeft()).isEqualTo(VagasLeft.SOME);
    assertThat(corrected.booked().vagasDisponiveis()).isEmpty();
    assertThat(update(corrected).updateExpression()).doesNotContain("REMOVE");
  }

  @Test
  void correctedBy_aCancelledReservation_confirmsItAgain() {
    BookingTransaction corrected = FIRST.correctedBy(ofReserva());
    assertThat(corrected.vagasLeft()).as("nothing was seen of the ride").isEqualTo(VagasLeft.SOME);
    assertThat(corrected.caronaSeen()).isFalse();
    assertThat(corrected.booked().reserva()).isEqualTo(TWO.again(cancelled, NOW));
    assertThat(put(corrected).conditionExpression()).isEqualTo("versao = :seen");
    assertThat(put(corrected).expressionAttributeValues())
        .containsEntry(":seen", Values.n(cancelled.versao()));
  }

  @Test
  void correctedBy_oneItemAfterTheOther_keepsBoth() {
    assertThat(FIRST.correctedBy(ofReserva()).correctedBy(ofCarona(2)))
        .isEqualTo(FIRST.correctedBy(ofCarona(2)).correctedBy(ofReserva()))
        .isEqualTo(new BookingTransaction(TWO, VagasLeft.NONE, true, Optional.of(cancelled), NOW));
  }

  @Test
  void correctedBy_aReservationThatIsGone_makesANewOne() {
    BookingTransaction corrected =
        FIRST
            .correctedBy(ofReserva())
            .correctedBy(
                new OldImages(Optional.empty(), Optional.empty(), Optional.empty(), false, true));
    assertThat(corrected.booked().reserva()).isEqualTo(TWO.first(NOW));
    assertThat(put(corrected).conditionExpression()).isEqualTo("attribute_not_exists(PK)");
  }

  @Test
  void lostRace_afterAWrongGuess_isFalse() {
    assertThat(FIRST.lostRace(ofCarona(2))).isFalse();
    assertThat(FIRST.lostRace(ofReserva())).isFalse();
    assertThat(FIRST.correctedBy(ofCarona(2)).lostRace(ofReserva())).isFalse();
    assertThat(FIRST.correctedBy(ofReserva()).lostRace(ofCarona(2))).isFalse();
  }

  @Test
  void lostRace_whenAnItemThatWasSeenChanged_isTrue() {
    BookingTransaction seen = FIRST.correctedBy(ofCarona(2)).correctedBy(ofReserva());
    assertThat(seen.lostRace(ofCarona(3))).isTrue();
    assertThat(seen.lostRace(ofReserva())).isTrue();
  }

  @Test
  void items_askForTheOldImages() {
    assertThat(update(FIRST).returnValuesOnConditionCheckFailureAsString()).isEqualTo("ALL_OLD");
    assertThat(put(FIRST).returnValuesOnConditionCheckFailureAsString()).isEqualTo("ALL_OLD");
  }

  private static OldImages ofCarona(int vagas) {
    CaronaItem carona =
        Examples.carona("c1", NOW.plusSeconds(60))
            .withStatus(CaronaItem.Status.ABERTA, vagas, "", NOW);
    return new OldImages(Optional.of(carona), Optional.empty(), Optional.empty(), true, false);
  }

  private OldImages ofReserva() {
    return new OldImages(Optional.empty(), Optional.of(cancelled), Optional.empty(), false, true);
  }

  private static Update update(BookingTransaction booking) {
    return booking.items("table").get(BookingTransaction.CARONA).update();
  }

  private static Put put(BookingTransaction booking) {
    return booking.items("table").get(BookingTransaction.RESERVA).put();
  }
}
