package com.minhacarona.load.queue;

import static com.minhacarona.load.queue.Residents.cancelled;
import static com.minhacarona.load.queue.Residents.cancelledByDriver;
import static com.minhacarona.load.queue.Residents.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.load.TaskProcess;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A full ride is cancelled: its passengers and its driver hear of it, once each. */
@Tag("dynamodb")
@Tag("process")
class CascadeTest {
  @RegisterExtension static final Deployment DEPLOYMENT = new Deployment();

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void everyPassengerOfACancelledRide_isToldOnce_andSoIsTheDriver() {
    FullRide ride = FullRide.store(DEPLOYMENT.table());
    cancel(ride.carona());

    Map<String, Integer> expected = new TreeMap<>();
    ride.passengers().forEach(passenger -> expected.put(cancelled(passenger), 1));
    expected.put(cancelledByDriver(ride.carona().id()), 1);
    assertThat(expected).hasSize(FullRide.SEATS + 1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(toldOf(ride).keySet()).containsAll(expected.keySet()));
    await().atMost(PATIENCE).until(() -> DEPLOYMENT.queues().messages() == 0);
    assertThat(toldOf(ride)).isEqualTo(expected);
    assertThat(DEPLOYMENT.table().violations()).isEmpty();
    assertThat(DEPLOYMENT.queues().providers().complaints()).isEmpty();
  }

  private static Map<String, Integer> toldOf(FullRide ride) {
    return told(
        DEPLOYMENT.queues().providers().mails().stream()
            .filter(mail -> ride.concerns(mail.to()))
            .toList());
  }

  private static void cancel(CaronaItem carona) {
    try (TaskProcess task =
        TaskProcess.carona(
            DEPLOYMENT.table().endpoint(),
            DEPLOYMENT.table().tableName(),
            TaskProcess.forATest(Map.of()))) {
      ManagedChannel channel =
          ManagedChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
      try {
        var _ =
            CaronaServiceGrpc.newBlockingStub(channel)
                .updateCaronaStatus(
                    UpdateCaronaStatusRequest.newBuilder()
                        .setCaronaId(carona.id())
                        .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                        .build());
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
