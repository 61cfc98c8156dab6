package com.minhacarona.reserva;

import static com.minhacarona.reserva.BookingTransaction.CARONA;
import static com.minhacarona.reserva.BookingTransaction.RECUSA;
import static com.minhacarona.reserva.BookingTransaction.RESERVA;

import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;

/**
 * Ride, reservation and earlier refusal as they were when DynamoDB refused a {@link
 * BookingTransaction}. DynamoDB returns an item only when it reports that the item's condition
 * failed, and it does not promise to report every condition that failed.
 *
 * @param carona the ride; empty when its condition is not reported, or there is no such ride
 * @param reserva the resident's reservation on the ride; empty when its condition is not reported,
 *     or there is none
 * @param recusa the refusal that the same request got before; empty when it is not reported, or
 *     there is none
 * @param caronaFailed whether the ride's condition is reported as failed
 * @param reservaFailed whether the reservation's condition is reported as failed
 */
record OldImages(
    Optional<CaronaItem> carona,
    Optional<ReservaItem> reserva,
    Optional<RecusaItem> recusa,
    boolean caronaFailed,
    boolean reservaFailed) {

  static OldImages of(ConditionFailed failed) {
    return new OldImages(
        image(failed, CARONA).map(CaronaItem::from),
        image(failed, RESERVA).map(ReservaItem::from),
        image(failed, RECUSA).map(RecusaItem::from),
        failed.at(CARONA),
        failed.at(RESERVA));
  }

  /**
   * What can be judged by when the reservation is known, which may be as of another moment than the
   * ride: DynamoDB does not promise that the items of a refused transaction are of one moment. What
   * the transaction expected of the reservation held all the time if it holds still. Otherwise the
   * ride says nothing of now, and the reservation counts as if it alone had been reported.
   */
  OldImages with(Optional<ReservaItem> known, Optional<ReservaItem> expected) {
    return known.equals(expected)
        ? this
        : new OldImages(Optional.empty(), known, recusa, false, true);
  }

  private static Optional<Map<String, AttributeValue>> image(ConditionFailed failed, int position) {
    return failed.reasons().stream()
        .skip(position)
        .findFirst()
        .map(CancellationReason::item)
        .filter(item -> !item.isEmpty());
  }
}
