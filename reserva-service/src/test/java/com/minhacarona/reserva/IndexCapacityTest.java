package com.minhacarona.reserva;

import static com.minhacarona.reserva.ReservaFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.runtime.testing.DynamoDbProxy.Answered;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What bookings and cancellations write to the index of open rides, by ReturnConsumedCapacity. */
@Tag("dynamodb")
class IndexCapacityTest {
  @RegisterExtension static final ReservaFixture SERVICE = new ReservaFixture();

  @Test
  void aBookingThatLeavesSeats_writesNoIndex() throws Exception {
    SERVICE.stub.processarReserva(request(SERVICE.openCarona(), "ana").build());
    assertThat(indexUnits()).isZero();
  }

  @Test
  void aBookingOfTheLastSeats_writesTheIndex() throws Exception {
    SERVICE.stub.processarReserva(request(SERVICE.openCarona(), "ana").setVagas(4).build());
    assertThat(indexUnits()).isPositive();
  }

  @Test
  void aCancellationOnAnOpenRide_writesNoIndex() throws Exception {
    String carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").build());
    SERVICE.store.forget();
    cancel(carona);
    assertThat(indexUnits()).isZero();
  }

  @Test
  void aCancellationOnAFullRide_writesTheIndex() throws Exception {
    String carona = SERVICE.openCarona();
    SERVICE.stub.processarReserva(request(carona, "ana").setVagas(4).build());
    SERVICE.store.forget();
    cancel(carona);
    assertThat(indexUnits()).isPositive();
  }

  private static void cancel(String carona) {
    SERVICE.stub.updateReservaStatus(
        UpdateReservaStatusRequest.newBuilder()
            .setCaronaId(carona)
            .setUsuarioId("ana")
            .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
            .build());
  }

  /** The write units of the index, and proof that the table's were told as well. */
  private static double indexUnits() throws Exception {
    double table = 0;
    double index = 0;
    for (Answered answered : SERVICE.store.answered()) {
      JsonNode body = new ObjectMapper().readTree(answered.body());
      if (!answered.operation().equals("TransactWriteItems") || !body.has("ConsumedCapacity")) {
        continue;
      }
      for (JsonNode consumed : body.get("ConsumedCapacity")) {
        table += consumed.path("Table").path("CapacityUnits").asDouble();
        for (JsonNode one : consumed.path("GlobalSecondaryIndexes")) {
          index += one.path("CapacityUnits").asDouble();
        }
      }
    }
    assertThat(table).isPositive();
    return index;
  }
}
