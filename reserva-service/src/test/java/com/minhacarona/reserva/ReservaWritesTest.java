package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.WriteCheck;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Calls that write tell the truth, whatever becomes of the attempts to carry them out. */
@Tag("dynamodb")
@Tag("soak")
class ReservaWritesTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  /** All sequences of three fates are 2,744 for each call, which take many minutes. */
  private static final int OF_THREE = Boolean.getBoolean("soak") ? 300 : 0;

  @Test
  void processarReserva_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(WriteCheck.lies(SERVICE.store, OF_THREE, () -> booking(1))).isEmpty();
  }

  /** The first form of the transaction is a wrong guess, so a second one comes after it. */
  @Test
  void processarReserva_ofTheLastSeats_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(WriteCheck.lies(SERVICE.store, OF_THREE, () -> booking(4))).isEmpty();
  }

  /** A booking that is a repeat when an earlier call was told that it booked, and not at first. */
  private static WriteCheck.Case booking(int vagas) {
    ProcessarReservaRequest booking = request(SERVICE.openCarona(), "ana").setVagas(vagas).build();
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger answers = new AtomicInteger();
    return new WriteCheck.Case(
        booking.getCaronaId(),
        () -> {
          boolean first = calls.getAndIncrement() == 0;
          boolean repetida = SERVICE.stub.processarReserva(booking).getRepetida();
          boolean answeredBefore = answers.getAndIncrement() > 0;
          if (first ? repetida : answeredBefore && !repetida) {
            throw new IllegalStateException("repetida is " + repetida);
          }
        },
        () -> isStored(booking.getCaronaId(), ReservaItem.Status.CONFIRMADA));
  }

  @Test
  void updateReservaStatus_toCancelada_underEveryFate_tellsTheTruth() throws Exception {
    assertThat(
            WriteCheck.lies(
                SERVICE.store,
                OF_THREE,
                () -> {
                  String carona = SERVICE.openCarona();
                  var _ = SERVICE.stub.processarReserva(request(carona, "ana").build());
                  return new WriteCheck.Case(
                      carona,
                      () -> cancel(carona),
                      () -> isStored(carona, ReservaItem.Status.CANCELADA));
                }))
        .isEmpty();
  }

  private static void cancel(String carona) {
    var _ =
        SERVICE.stub.updateReservaStatus(
            UpdateReservaStatusRequest.newBuilder()
                .setCaronaId(carona)
                .setUsuarioId("ana")
                .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                .build());
  }

  private static boolean isStored(String carona, ReservaItem.Status status) {
    Map<String, AttributeValue> item =
        SERVICE
            .local
            .client()
            .getItem(r ->
                r.tableName(SERVICE.local.tableName())
                    .key(Keys.reserva(carona, "ana"))
                    .consistentRead(true))
            .item();
    return !item.isEmpty() && ReservaItem.from(item).status() == status;
  }
}
