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
import io.grpc.ClientInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Calls both services, with the published {@link ServiceConfig}: spreads calls over all tasks,
 * bounds their time, and repeats them on {@code UNAVAILABLE} and {@code RESOURCE_EXHAUSTED} where a
 * repeat is safe, unless most calls fail. Adds a {@code request_id} to requests without one. Throws
 * {@link RefusedException} for a refusal and {@link StatusRuntimeException} for other failures.
 * Thread-safe; keep one client for the whole process.
 */
public final class MinhaCaronaClient implements AutoCloseable {
  private final CaronaServiceBlockingStub caronas;
  private final CaronaServiceBlockingV2Stub updates;
  private final ReservaServiceBlockingStub reservas;
  private final Proof proof;

  /** Ends what the client began; a view of another client began nothing. */
  private final Runnable end;

  MinhaCaronaClient(
      Channels channels, ClientInterceptor[] interceptors, Proof proof, Runnable end) {
    this.caronas =
        CaronaServiceGrpc.newBlockingStub(channels.carona()).withInterceptors(interceptors);
    this.updates =
        CaronaServiceGrpc.newBlockingV2Stub(channels.carona()).withInterceptors(interceptors);
    this.reservas =
        ReservaServiceGrpc.newBlockingStub(channels.reserva()).withInterceptors(interceptors);
    this.proof = proof;
    this.end = end;
  }

  /** A view of another client. */
  private MinhaCaronaClient(MinhaCaronaClient other, Proof proof) {
    this.caronas = other.caronas;
    this.updates = other.updates;
    this.reservas = other.reservas;
    this.proof = proof;
    this.end = () -> {};
  }

  /**
   * A client of both services behind one address, over TLS.
   *
   * @param target a gRPC name, such as {@code dns:///minha-carona.internal:443}
   */
  public static MinhaCaronaClientBuilder forTarget(String target) {
    return new MinhaCaronaClientBuilder(target);
  }

  /**
   * A view of this client that acts for a resident: services judge its calls as the resident's. It
   * is cheap, so make one for each request. Closing it closes nothing. Without TLS its calls fail.
   *
   * @param residentToken the token by which the resident proved who it is, without {@code Bearer}
   * @throws IllegalArgumentException if that cannot be a token
   */
  public MinhaCaronaClient onBehalfOf(String residentToken) {
    return new MinhaCaronaClient(this, proof.onBehalfOf(residentToken));
  }

  /** Offers a ride. A repeat with the same {@code request_id} returns the same ride. */
  public Carona createCarona(CreateCaronaRequest request) {
    CreateCaronaRequest identified =
        request.getRequestId().isEmpty()
            ? request.toBuilder().setRequestId(newRequestId()).build()
            : request;
    return call(caronas, stub -> stub.createCarona(identified)).getCarona();
  }

  public Carona getCarona(GetCaronaRequest request) {
    return call(caronas, stub -> stub.getCarona(request)).getCarona();
  }

  public CheckVagasResponse checkVagas(CheckVagasRequest request) {
    return call(caronas, stub -> stub.checkVagas(request));
  }

  public Carona updateCaronaStatus(UpdateCaronaStatusRequest request) {
    return call(caronas, stub -> stub.updateCaronaStatus(request)).getCarona();
  }

  /**
   * Lists open rides by departure, read as they are iterated. A list that is cut off continues
   * where it was, so that a ride appears once. Close it to stop before its end.
   */
  public CaronaIterator listCaronasDisponiveis(ListCaronasRequest request) {
    return new CaronaIterator(caronas, proof, request);
  }

  /**
   * Follows rides, named ones or all of a condominium, until the watch is closed. Calls the
   * listener on a thread of its own, and leaves out outdated states while the listener is slow.
   */
  public CaronaWatch watchCaronas(Assinar caronas, CaronaWatch.Listener listener) {
    return CaronaWatch.start(updates, proof, caronas, listener);
  }

  /** Books seats. A repeat with the same {@code request_id} books no more. */
  public ReservaResponse processarReserva(ProcessarReservaRequest request) {
    ProcessarReservaRequest identified =
        request.getRequestId().isEmpty()
            ? request.toBuilder().setRequestId(newRequestId()).build()
            : request;
    return call(reservas, stub -> stub.processarReserva(identified));
  }

  /** Returns the reservations of a ride, by resident. At most 50 of them are confirmed. */
  public List<Reserva> getReservas(GetReservasRequest request) {
    return call(
        reservas,
        stub -> {
          List<Reserva> all = new ArrayList<>();
          Iterator<ReservaResponse> responses = stub.getReservas(request);
          responses.forEachRemaining(response -> all.add(response.getReserva()));
          return List.copyOf(all);
        });
  }

  public Reserva updateReservaStatus(UpdateReservaStatusRequest request) {
    return call(reservas, stub -> stub.updateReservaStatus(request)).getReserva();
  }

  /** Ends calls in flight, those of views too. */
  @Override
  public void close() {
    end.run();
  }

  private <S extends AbstractStub<S>, T> T call(S stub, Function<S, T> call) {
    try {
      return proof.call(stub, call);
    } catch (StatusRuntimeException e) {
      throw RefusedException.of(e);
    }
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }
}
