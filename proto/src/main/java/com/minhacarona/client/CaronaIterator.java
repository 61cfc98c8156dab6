package com.minhacarona.client;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaResponse;
import com.minhacarona.v1.CaronaServiceGrpc.CaronaServiceBlockingStub;
import com.minhacarona.v1.ListCaronasRequest;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Iterates over open rides as they arrive; the server sends no faster than the caller takes them.
 * When the stream breaks with {@code UNAVAILABLE}, calls again and continues after the last ride.
 * Not thread-safe.
 */
public final class CaronaIterator implements Iterator<Carona>, AutoCloseable {
  private final CaronaServiceBlockingStub stub;
  private final Proof proof;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final boolean limited;
  private ListCaronasRequest rest;
  private Proof.Attempt attempt;
  private Iterator<CaronaResponse> responses;

  /** Whether the current call has brought a ride. A call that brings none is repeated by gRPC. */
  private boolean arrived;

  CaronaIterator(CaronaServiceBlockingStub stub, Proof proof, ListCaronasRequest request) {
    this.stub = stub;
    this.proof = proof;
    this.limited = request.getLimite() > 0;
    this.rest = request;
    this.attempt = proof.attempt();
    this.responses = call();
  }

  @Override
  public boolean hasNext() {
    if (limited && rest.getLimite() == 0) {
      return false; // A request with 0 would have no limit.
    }
    while (true) {
      try {
        boolean more = responses.hasNext();
        attempt.accepted();
        return more;
      } catch (StatusRuntimeException e) {
        attempt = next(e.getStatus()).orElseThrow(() -> RefusedException.of(e));
        arrived = false;
        responses = call();
      }
    }
  }

  @Override
  public Carona next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    CaronaResponse response = responses.next();
    arrived = true;
    rest = rest.toBuilder().setApos(response.getCursor()).build();
    if (limited) {
      rest = rest.toBuilder().setLimite(rest.getLimite() - 1).build();
    }
    return response.getCarona();
  }

  /** Ends the call, so that the server reads no more for it. */
  @Override
  public void close() {
    context.cancel(null);
  }

  private Optional<Proof.Attempt> next(Status status) {
    if (!arrived) {
      return attempt.next(status);
    }
    return status.getCode() == Status.Code.UNAVAILABLE
        ? Optional.of(proof.attempt())
        : Optional.empty();
  }

  private Iterator<CaronaResponse> call() {
    Context previous = context.attach();
    try {
      return attempt.on(stub).listCaronasDisponiveis(rest);
    } finally {
      context.detach(previous);
    }
  }
}
