package com.minhacarona.load;

import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbModule;
import com.minhacarona.table.ConditionalPut;
import com.minhacarona.table.Examples;
import com.minhacarona.table.Keys;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.StatusCarona;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The most that can be had with the same contract: grpc-java alone on the event loop, and the SDK
 * alone on a virtual thread. It knows no caller, no deadline, no limit, no meter and no rules, and
 * its answers are always the same.
 */
final class BarePeer {
  private static final CheckVagasResponse VAGAS =
      CheckVagasResponse.newBuilder()
          .setDisponivel(true)
          .setVagasDisponiveis(3)
          .setStatus(StatusCarona.STATUS_CARONA_ABERTA)
          .setVersao(1)
          .setIdade(com.google.protobuf.Duration.newBuilder().setNanos(100_000_000))
          .build();

  private static final int CONNECTIONS = 256;
  private static final Duration ATTEMPT = Duration.ofSeconds(5);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final DynamoDbClient dynamoDb;
  private final String table;

  private BarePeer(URI endpoint, String table) {
    this.table = table;
    this.dynamoDb =
        DynamoDbModule.client(
            new DynamoDbConfig(
                table, "sa-east-1", Optional.of(endpoint), CONNECTIONS, ATTEMPT, ATTEMPT));
  }

  public static void main(String[] args) throws Exception {
    BarePeer peer =
        new BarePeer(
            URI.create(System.getenv("MINHA_CARONA_DYNAMODB_ENDPOINT")),
            System.getenv("MINHA_CARONA_TABLE"));
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(peer.new Caronas())
            .addService(peer.new Reservas())
            .build()
            .start();
    System.out.println("Serving on port " + server.getPort());
    server.awaitTermination();
  }

  private final class Caronas extends CaronaServiceGrpc.CaronaServiceImplBase {
    @Override
    public void checkVagas(
        CheckVagasRequest request, StreamObserver<CheckVagasResponse> responses) {
      responses.onNext(VAGAS);
      responses.onCompleted();
    }

    /** One strong read. */
    @Override
    public void getCarona(GetCaronaRequest request, StreamObserver<CaronaResponse> responses) {
      threads.execute(() -> {
        var _ =
            dynamoDb.getItem(r ->
                r.tableName(table).key(Keys.carona(request.getCaronaId())).consistentRead(true));
        responses.onNext(CaronaResponse.getDefaultInstance());
        responses.onCompleted();
      });
    }
  }

  private final class Reservas extends ReservaServiceGrpc.ReservaServiceImplBase {
    /** One transaction, of a write to the ride and one of the reservation. */
    @Override
    public void processarReserva(
        ProcessarReservaRequest request, StreamObserver<ReservaResponse> responses) {
      threads.execute(() -> {
        var reserva =
            Examples.reserva(request.getCaronaId(), request.getUsuarioId(), request.getRequestId());
        var _ =
            dynamoDb.transactWriteItems(r ->
                r.clientRequestToken(request.getRequestId())
                    .transactItems(
                        ConditionalPut.ofNew(table, reserva.toItem()),
                        ConditionalPut.ofNew(
                            table,
                            Examples.carona(request.getCaronaId(), reserva.criadaEm()).toItem())));
        responses.onNext(ReservaResponse.getDefaultInstance());
        responses.onCompleted();
      });
    }
  }
}
