package com.minhacarona.runtime.interceptors;

import com.google.inject.Inject;
import com.minhacarona.runtime.call.CallWork;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

/** Work of calls for which {@link Admission} has a place. */
final class AdmittedWork implements CallWork {
  private final ExecutorService callExecutor;

  @Inject
  AdmittedWork(ExecutorService callExecutor) {
    this.callExecutor = callExecutor;
  }

  @Override
  public void run(Runnable work, Consumer<StatusRuntimeException> refused) {
    Runnable ofTheCall = Context.current().wrap(work);
    Runnable begin = () -> callExecutor.execute(ofTheCall);
    CallContext.limited().ifPresentOrElse(call -> call.admit(begin, refused), begin);
  }
}
