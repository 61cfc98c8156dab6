package com.minhacarona.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Examples;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sends SIGTERM while 200 bookings are in flight, or 500 with {@code -Dsoak}. */
@Tag("dynamodb")
@Tag("process")
@Tag("soak")
class StopUnderLoadTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb().withoutStream();

  private static final int CALLS = Boolean.getBoolean("soak") ? 500 : 200;
  private static final String CONDOMINIO = "cond-1";

  @Test
  void everyCallInFlight_isAnsweredOrCleanlyUnavailable_andNothingIsHalfDone() throws Exception {
    List<CaronaItem> caronas = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      caronas.add(
          Examples.carona(UUID.randomUUID().toString(), Instant.now().plus(Duration.ofDays(1))));
    }
    TABLE.putAll(caronas.stream().flatMap(r -> Stream.of(r.toItem(), r.toPointer())).toList());
    try (TaskProcess task =
        TaskProcess.reserva(
            TABLE.endpoint(),
            TABLE.tableName(),
            TaskProcess.forATest(
                Map.of(
                    // One address gets three quarters of as many calls.
                    "MINHA_CARONA_DYNAMODB_MAX_CONNECTIONS", Integer.toString(2 * CALLS),
                    "MINHA_CARONA_ADAPTIVE_LIMIT", "off",
                    "MINHA_CARONA_DRAIN_DELAY_MS", "1")))) {
      assertThat(TaskProcess.probe(task.port())).isZero();
      ManagedChannel channel =
          ManagedChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
      var stub = ReservaServiceGrpc.newFutureStub(channel);
      List<ListenableFuture<ReservaResponse>> answers =
          caronas.stream()
              .map(carona ->
                  stub.withDeadlineAfter(1, TimeUnit.MINUTES)
                      .processarReserva(
                          ProcessarReservaRequest.newBuilder()
                              .setRequestId(UUID.randomUUID().toString())
                              .setCaronaId(carona.id())
                              .setUsuarioId("ana")
                              .setCondominioId(CONDOMINIO)
                              .build()))
              .toList();
      await().until(() -> answers.stream().anyMatch(ListenableFuture::isDone));
      task.terminate();

      int booked = 0;
      for (int i = 0; i < CALLS; i++) {
        String carona = caronas.get(i).id();
        switch (outcome(answers.get(i))) {
          case OK -> {
            booked++;
            assertThat(TABLE.reserva(carona, "ana").usuarioId()).isEqualTo("ana");
            assertThat(TABLE.carona(carona).vagasDisponiveis()).isEqualTo(3);
          }
          // CONFLITO promises that nothing was changed.
          case ABORTED -> assertThat(TABLE.carona(carona).versao()).isEqualTo(1);
          case UNAVAILABLE -> {
            // The booking was made or not; the invariants below hold in both cases.
          }
          case Status.Code other -> throw new AssertionError(other);
        }
      }
      assertThat(booked).isPositive();
      assertThat(task.awaitExit()).isZero();
      assertThat(TABLE.violations()).isEmpty();
      assertThat(TaskProcess.probe(task.port())).as("nobody serves there").isEqualTo(1);
      channel.shutdownNow();
    }
  }

  private static Status.Code outcome(ListenableFuture<ReservaResponse> answer)
      throws InterruptedException {
    try {
      assertThat(answer.get().hasReserva()).isTrue();
      return Status.Code.OK;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e.getCause()).getCode();
    }
  }
}
