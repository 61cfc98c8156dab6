package com.minhacarona.local.explorer;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.minhacarona.carona.CaronaConfig;
import com.minhacarona.carona.CaronaModule;
import com.minhacarona.carona.UpdatesModule;
import com.minhacarona.carona.feed.DynamoDbStreamsFeedModule;
import com.minhacarona.reserva.ReservaModule;
import com.minhacarona.runtime.testing.TestServer;
import com.minhacarona.table.CaronaModel;
import com.minhacarona.table.DynamoDbInMemory;
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
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A task of each service for one lane, with all that production has but the network, the clock and
 * chance. Lanes share the table alone, as tasks on AWS do.
 */
final class Tasks {
  static final String CONDOMINIO = "cond-1";
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  /** The deadlines of a call are no part of a schedule. */
  private static final AtomicLong MILLIS = new AtomicLong(NOW.toEpochMilli());

  private final TestServer caronas;
  private final TestServer reservas;

  Tasks(DynamoDbClient store) {
    caronas =
        start(
            store,
            new CaronaModule(new CaronaConfig(Duration.ofMillis(1))),
            new UpdatesModule(),
            new DynamoDbStreamsFeedModule());
    reservas = start(store, new ReservaModule());
  }

  private static TestServer start(DynamoDbClient store, Module... features) {
    return TestServer.inProcessWith(
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(DynamoDbClient.class).toInstance(store);
            bind(Clock.class).toInstance(new Ticking());
            bind(RandomGenerator.class).toInstance(new NoPauses());
          }
        },
        TestServer.config(
            TestServer.dynamoDb(URI.create("http://127.0.0.1:1"), DynamoDbInMemory.TABLE)),
        features);
  }

  /** Makes a call, and returns what its caller is told, in one word. */
  String answer(String caronaId, Call call) {
    try {
      return switch (call) {
        case Call.Book b ->
            ReservaServiceGrpc.newBlockingStub(reservas.channel())
                    .processarReserva(
                        ProcessarReservaRequest.newBuilder()
                            .setRequestId(b.request())
                            .setCaronaId(caronaId)
                            .setUsuarioId(b.usuario())
                            .setCondominioId(CONDOMINIO)
                            .setVagas(b.vagas())
                            .build())
                    .getRepetida()
                ? "REPETIDA"
                : "OK";
        case Call.Cancel c -> {
          var _ =
              ReservaServiceGrpc.newBlockingStub(reservas.channel())
                  .updateReservaStatus(
                      UpdateReservaStatusRequest.newBuilder()
                          .setCaronaId(caronaId)
                          .setUsuarioId(c.usuario())
                          .setStatus(StatusReserva.STATUS_RESERVA_CANCELADA)
                          .build());
          yield "OK";
        }
        case Call.CancelCarona _ -> {
          var _ =
              CaronaServiceGrpc.newBlockingStub(caronas.channel())
                  .updateCaronaStatus(
                      UpdateCaronaStatusRequest.newBuilder()
                          .setCaronaId(caronaId)
                          .setStatus(StatusCarona.STATUS_CARONA_CANCELADA)
                          .build());
          yield "OK";
        }
        case Call.Look _ -> {
          Carona carona =
              CaronaServiceGrpc.newBlockingStub(caronas.channel())
                  .getCarona(
                      GetCaronaRequest.newBuilder()
                          .setCaronaId(caronaId)
                          .setConsistencia(Consistencia.CONSISTENCIA_FORTE)
                          .build())
                  .getCarona();
          yield CaronaModel.seen(
              carona.getStatus().name().substring("STATUS_CARONA_".length()),
              carona.getVagasDisponiveis(),
              carona.getVersao());
        }
      };
    } catch (StatusRuntimeException e) {
      return reason(e);
    }
  }

  private static String reason(StatusRuntimeException refusal) {
    for (Any detail : StatusProto.fromThrowable(refusal).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    throw new IllegalStateException("no reason", refusal);
  }

  /** Goes on by a millisecond whenever somebody looks, so that no two transactions look alike. */
  private static final class Ticking extends Clock {
    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(MILLIS.incrementAndGet());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** Numbers that never repeat, for tokens, and the shortest pauses. */
  private static final class NoPauses implements RandomGenerator {
    private static final AtomicLong NUMBERS = new AtomicLong();

    @Override
    public long nextLong() {
      return NUMBERS.incrementAndGet();
    }

    @Override
    public long nextLong(long bound) {
      return 0;
    }
  }
}
