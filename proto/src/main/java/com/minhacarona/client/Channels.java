package com.minhacarona.client;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.util.concurrent.TimeUnit;

/** The channels of a client: two to two targets, or one to one. */
final class Channels implements AutoCloseable {
  /** The servers allow a ping every 20 s. */
  private static final long KEEPALIVE_SECONDS = 30;

  private final ManagedChannel carona;
  private final ManagedChannel reserva;

  Channels(String caronaTarget, String reservaTarget, ChannelCredentials credentials) {
    carona = open(caronaTarget, credentials);
    reserva = reservaTarget.equals(caronaTarget) ? carona : open(reservaTarget, credentials);
  }

  ManagedChannel carona() {
    return carona;
  }

  ManagedChannel reserva() {
    return reserva;
  }

  @Override
  public void close() {
    carona.shutdownNow();
    reserva.shutdownNow();
  }

  private static ManagedChannel open(String target, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder(target, credentials)
        .defaultServiceConfig(ServiceConfig.asMap())
        .intercept(new Timeouts(ServiceConfig.timeouts()))
        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
        .build();
  }
}
