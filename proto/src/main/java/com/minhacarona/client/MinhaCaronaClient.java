package com.minhacarona.client;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaServiceGrpc;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingV2Stub;
import com.minhacarona.v1.CaronaUpdateRequest.Assinar;
import com.minhacarona.v1.CheckVagasRequest;
import com.minhacarona.v1.CheckVagasResponse;
import com.minhacarona.v1.CreateCaronaRequest;
import com.minhacarona.v1.GetCaronaRequest;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ListCaronasRequest;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.Reserva;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import com.minhacarona.v1.UpdateCaronaStatusRequest;
import com.minhacarona.v1.UpdateReservaStatusRequest;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls both services, with the published {@link ServiceConfig}: spreads calls over all tasks,
 * bounds their time, and repeats them on {@code UNAVAILABLE} and {@code RESOURCE_EXHAUSTED} where a
 * repeat is safe, unless most calls fail. Adds a {@code request_id} to requests without one. Throws
 * {@link RefusedException} for a refusal and {@link StatusRuntimeException} for other failures.
 * Thread-safe; keep one client for the whole process.
 */
public final class MinhaCaronaClient implements AutoCloseable {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("x-tenant-id", Metadata.ASCII_STRING_MARSHALLER);

  /** The servers allow a ping every 20 s. */
  private static final long KEEPALIVE_SECONDS = 30;

  private final List<ManagedChannel> channels;
  private final CaronaServiceBlockingStub caronas;
  private final CaronaServiceBlockingV2Stub updates;
  private final ReservaServiceBlockingStub reservas;

  private MinhaCaronaClient(Builder builder) {
    channels = new ArrayList<>();
    ManagedChannel carona = builder.channel(builder.caronaTarget);
    ManagedChannel reserva =
        builder.reservaTarget.equals(builder.caronaTarget)
            ? carona
            : builder.channel(builder.reservaTarget);
    channels.add(carona);
    channels.add(reserva);
    caronas =
        CaronaServiceGrpc.newBlockingStub(carona)
            .withInterceptors(builder.interceptors.toArray(ClientInterceptor[]::new));
    updates =
        CaronaServiceGrpc.newBlockingV2Stub(carona)
            .withInterceptors(builder.interceptors.toArray(ClientInterceptor[]::new));
    reservas =
        ReservaServiceGrpc.newBlockingStub(reserva)
            .withInterceptors(builder.interceptors.toArray(ClientInterceptor[]::new));
  }

  /**
   * A client of both services behind one address, over TLS.
   *
   * @param target a gRPC name, such as {@code dns:///minha-carona.internal:443}
   */
  public static Builder forTarget(String target) {
    return new Builder(target);
  }

  /** Builds a client. */
  public static final class Builder {
    private final String caronaTarget;
    private final List<ClientInterceptor> interceptors = new ArrayList<>();
    private String reservaTarget;
    private ChannelCredentials credentials = TlsChannelCredentials.create();

    private Builder(String target) {
      this.caronaTarget = target;
      this.reservaTarget = target;
    }

    /** Sets an address of its own for ReservaService. */
    public Builder reservaTarget(String target) {
      this.reservaTarget = target;
      return this;
    }

    /** Sets other credentials than TLS without a client certificate, such as mutual TLS. */
    public Builder credentials(ChannelCredentials value) {
      this.credentials = value;
      return this;
    }

    /** Connects without TLS, for services on the same machine. */
    public Builder plaintext() {
      return credentials(InsecureChannelCredentials.create());
    }

    /** Binds every call to a condominium, so that it finds no rides of others. */
    public Builder condominio(String condominioId) {
      Metadata headers = new Metadata();
      headers.put(TENANT, condominioId);
      interceptors.add(MetadataUtils.newAttachHeadersInterceptor(headers));
      return this;
    }

    /** Makes the client, which connects with its first call. */
    public MinhaCaronaClient build() {
      return new MinhaCaronaClient(this);
    }

    private ManagedChannel channel(String target) {
      return Grpc.newChannelBuilder(target, credentials)
          .defaultServiceConfig(ServiceConfig.asMap())
          .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
          .build();
    }
  }

  /** Offers a ride. A repeat with the same {@code request_id} returns the same ride. */
  public Carona createCarona(CreateCaronaRequest request) {
    CreateCaronaRequest identified =
        request.getRequestId().isEmpty()
            ? request.toBuilder().setRequestId(newRequestId()).build()
            : request;
    return refusable(() -> caronas.createCarona(identified)).getCarona();
  }

  public Carona getCarona(GetCaronaRequest request) {
    return refusable(() -> caronas.getCarona(request)).getCarona();
  }

  public CheckVagasResponse checkVagas(CheckVagasRequest request) {
    return refusable(() -> caronas.checkVagas(request));
  }

  public Carona updateCaronaStatus(UpdateCaronaStatusRequest request) {
    return refusable(() -> caronas.updateCaronaStatus(request)).getCarona();
  }

  /**
   * Lists open rides by departure, read as they are iterated. A list that is cut off continues
   * where it was, so that a ride appears once. Close it to stop before its end.
   */
  public CaronaIterator listCaronasDisponiveis(ListCaronasRequest request) {
    return new CaronaIterator(caronas, request);
  }

  /**
   * Follows rides, named ones or all of a condominium, until the watch is closed. Calls the
   * listener on a thread of its own, and leaves out outdated states while the listener is slow.
   */
  public CaronaWatch watchCaronas(Assinar caronas, CaronaWatch.Listener listener) {
    return CaronaWatch.start(updates, caronas, listener);
  }

  /** Books seats. A repeat with the same {@code request_id} books no more. */
  public ReservaResponse processarReserva(ProcessarReservaRequest request) {
    ProcessarReservaRequest identified =
        request.getRequestId().isEmpty()
            ? request.toBuilder().setRequestId(newRequestId()).build()
            : request;
    return refusable(() -> reservas.processarReserva(identified));
  }

  /** Returns the reservations of a ride, by resident. At most 50 of them are confirmed. */
  public List<Reserva> getReservas(GetReservasRequest request) {
    return refusable(() -> {
      List<Reserva> all = new ArrayList<>();
      Iterator<ReservaResponse> responses = reservas.getReservas(request);
      responses.forEachRemaining(response -> all.add(response.getReserva()));
      return List.copyOf(all);
    });
  }

  public Reserva updateReservaStatus(UpdateReservaStatusRequest request) {
    return refusable(() -> reservas.updateReservaStatus(request)).getReserva();
  }

  /** Ends calls in flight. */
  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  static <T> T refusable(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw RefusedException.of(e);
    }
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }
}
