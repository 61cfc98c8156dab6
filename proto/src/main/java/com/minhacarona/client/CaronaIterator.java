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

/**
 * Iterates over open rides as they arrive; the server sends no faster than the caller takes them.
 * When the stream breaks with {@code UNAVAILABLE}, calls again and continues after the last ride.
 * Not thread-safe.
 */
public final class CaronaIterator implements Iterator<Carona>, AutoCloseable {
  private final CaronaServiceBlockingStub stub;
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final boolean limited;
  private ListCaronasRequest rest;
  private Iterator<CaronaResponse> responses;

  /** Whether the current call has brought a ride. A call that brings none is repeated by gRPC. */
  private boolean arrived;

  CaronaIterator(CaronaServiceBlockingStub stub, ListCaronasRequest request) {
    this.stub = stub;
    this.limited = request.getLimite() > 0;
    this.rest = request;
    this.responses = call();
  }

  @Override
  public boolean hasNext() {
    if (limited && rest.getLimite() == 0) {
      return false; // A request with 0 would have no limit.
    }
    while (true) {
      try {
        return responses.hasNext();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || !arrived) {
          throw RefusedException.of(e);
        }
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

  private Iterator<CaronaResponse> call() {
    Context previous = context.attach();
    try {
      return stub.listCaronasDisponiveis(rest);
    } finally {
      context.detach(previous);
    }
  }
}
