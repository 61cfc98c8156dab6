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
 * Open rides as they arrive. The server sends no faster than they are taken. When the stream breaks
 * with {@code UNAVAILABLE}, the list goes on after the last ride. For one thread.
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
      return false; // To the server, 0 would mean no limit.
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

  /** Stops the list, and the server's reading for it. */
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
