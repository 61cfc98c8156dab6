package com.minhacarona.load;

import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.StatusCarona;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The most that can be had: grpc-java alone, which answers {@code CheckVagas} with the same message
 * each time, on the event loop. It knows no caller, no deadline, no limit and no meter.
 */
final class BareEcho {
  private static final CheckVagasResponse ANSWER =
      CheckVagasResponse.newBuilder()
          .setDisponivel(true)
          .setVagasDisponiveis(3)
          .setStatus(StatusCarona.STATUS_CARONA_ABERTA)
          .setVersao(1)
          .setIdade(com.google.protobuf.Duration.newBuilder().setNanos(100_000_000))
          .build();

  public static void main(String[] args) throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                new CaronaServiceGrpc.CaronaServiceImplBase() {
                  @Override
                  public void checkVagas(
                      CheckVagasRequest request, StreamObserver<CheckVagasResponse> responses) {
                    responses.onNext(ANSWER);
                    responses.onCompleted();
                  }
                })
            .build()
            .start();
    System.out.println("Serving on port " + server.getPort());
    server.awaitTermination();
  }

  private BareEcho() {}
}
