package com.minhacarona.load.soak;

import com.minhacarona.load.queue.Refused;
import com.minhacarona.load.soak.Rides.Ride;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.Consistencia;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import com.minhacarona.v1.StatusReserva;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** Residents who call without pause, and note what they are told. */
final class Callers {
  private static final int RESIDENTS = 8;
  private static final int MOST_REPEATS = 2;
  private static final int SHORTEST_DEADLINE_MS = 1_000;
  private static final int LONGEST_DEADLINE_MS = 8_000;
  private static final String NOT_KNOWN = "RESULTADO_DESCONHECIDO";
  private static final String STATUS_CARONA = "STATUS_CARONA_";

  private final Tasks tasks;
  private final Rides rides;
  private final QueuedBookings queued;
  private final AtomicInteger repeats = new AtomicInteger();
  private final List<Long> latencies = new ArrayList<>();
  private volatile boolean over;

  Callers(Tasks tasks, Rides rides, QueuedBookings queued) {
    this.tasks = tasks;
    this.rides = rides;
    this.queued = queued;
  }

  void end() {
    over = true;
  }

  int repeats() {
    return repeats.get();
  }

  /** Milliseconds, sorted. */
  List<Long> latencies() {
    synchronized (latencies) {
      return latencies.stream().sorted().toList();
    }
  }

  /** Calls one after the other. */
  void call(long seed) {
    Random random = new Random(seed);
    while (!over) {
      Ride ride = rides.next();
      String usuario = "u" + random.nextInt(RESIDENTS);
      int dice = random.nextInt(100);
      if (dice < 10) {
        queued.ask(ride, usuario, 1 + random.nextInt(2));
      } else if (dice < 50) {
        book(ride, usuario, 1 + random.nextInt(2), random);
      } else if (dice < 72) {
        cancel(ride, usuario, random);
      } else if (dice < 99) {
        look(ride, random);
      } else {
        cancelCarona(ride, random);
      }
    }
  }

  private void book(Ride ride, String usuario, int vagas, Random random) {
    String request = UUID.randomUUID().toString();
    for (int i = 0; i <= MOST_REPEATS; i++) {
      String answer =
          noted(
              ride,
              "%s books %s as %s".formatted(usuario, vagas, request),
              true,
              request,
              model -> model.book(usuario, vagas, request),
              () ->
                  ReservaServiceGrpc.newBlockingStub(tasks.reserva(random.nextInt(2)))
                          .withDeadlineAfter(deadline(random), TimeUnit.MILLISECONDS)
                          .processarReserva(
                              ProcessarReservaRequest.newBuilder()
                                  .setRequestId(request)
                                  .setCaronaId(ride.id())
                                  .setCondominioId(ride.condominioId())
                                  .setUsuarioId(usuario)
                                  .setVagas(vagas)
                                  .build())
                          .getRepetida()
                      ? "REPETIDA"
                      : "OK");
      // Now and then somebody repeats a call that was answered, too.
      if (!answer.equals(NOT_KNOWN) && !answer.equals("UNAVAILABLE") && random.nextInt(10) > 0) {
        return;
      }
      repeats.incrementAndGet();
    }
  }

  private void cancel(Ride ride, String usuario, Random random) {
    var _ =
        noted(
            ride,
            usuario + " cancels",
            true,
            "",
            model -> model.change(usuario, ReservaItem.Status.CANCELADA),
            () -> {
              var _ =
                  ReservaServiceGrpc.newBlockingStub(tasks.reserva(random.nextInt(2)))
                      .withDeadlineAfter(deadline(random), TimeUnit.MILLISECONDS)
                      .updateReservaStatus(
                          UpdateReservaStatusRequest.newBuilder()
                              .setCaronaId(ride.id())
                              .setUsuarioId(usuario)
                              .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                              .build());
              return "OK";
            });
  }

  private void cancelCarona(Ride ride, Random random) {
    var _ =
        noted(
            ride,
            "the driver cancels",
            true,
            "",
            model -> model.change(CaronaItem.Status.CANCELADA),
            () -> {
              var _ =
                  CaronaServiceGrpc.newBlockingStub(tasks.carona(random.nextInt(2)))
                      .withDeadlineAfter(deadline(random), TimeUnit.MILLISECONDS)
                      .updateCaronaStatus(
                          UpdateCaronaStatusRequest.newBuilder()
                              .setCaronaId(ride.id())
                              .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                              .build());
              return "OK";
            });
  }

  private void look(Ride ride, Random random) {
    var _ =
        noted(
            ride,
            "somebody looks",
            false,
            "",
            model -> new CaronaModel.Told(model, model.seen()),
            () -> {
              Carona carona =
                  CaronaServiceGrpc.newBlockingStub(tasks.carona(random.nextInt(2)))
                      .withDeadlineAfter(deadline(random), TimeUnit.MILLISECONDS)
                      .getCarona(
                          GetCaronaRequest.newBuilder()
                              .setCaronaId(ride.id())
                              .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                              .build())
                      .getCarona();
              return CaronaModel.seen(
                  carona.getStatus().name().substring(STATUS_CARONA.length()),
                  carona.getVagasDisponiveis(),
                  carona.getVersao());
            });
  }

  private String noted(
      Ride ride,
      String what,
      boolean write,
      String request,
      Function<CaronaModel, CaronaModel.Told> effect,
      Supplier<String> call) {
    long begun = System.nanoTime();
    String answer;
    try {
      answer = call.get();
    } catch (StatusRuntimeException e) {
      answer = Refused.reason(e);
    }
    long ended = System.nanoTime();
    ride.history().add(new History.Entry(what, write, request, effect, answer, begun, ended));
    synchronized (latencies) {
      latencies.add(TimeUnit.NANOSECONDS.toMillis(ended - begun));
    }
    return answer;
  }

  private static int deadline(Random random) {
    return SHORTEST_DEADLINE_MS + random.nextInt(LONGEST_DEADLINE_MS - SHORTEST_DEADLINE_MS);
  }
}
