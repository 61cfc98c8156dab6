package com.minhacarona.runtime.call;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Answers unary calls. */
public final class Unary {

  /**
   * Answers with what the supplier returns, or with the error that it throws. Needed on threads
   * other than the call's own, where no interceptor catches the error.
   */
  public static <T> void answer(StreamObserver<T> responses, Supplier<T> answer) {
    T response;
    try {
      response = answer.get();
    } catch (Throwable t) {
      responses.onError(t);
      return;
    }
    responses.onNext(response);
    responses.onCompleted();
  }

  private Unary() {}
}
