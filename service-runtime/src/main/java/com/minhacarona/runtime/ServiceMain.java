package com.minhacarona.runtime;

import com.google.inject.Module;
import java.util.List;
import java.util.function.Function;

/**
 * The {@code main} of a process with one service: environment, wiring, start, and stop on SIGTERM.
 */
public final class ServiceMain {

  /** Returns when the service has stopped; what keeps it from starting ends the process. */
  public static void run(Function<Environment, List<Module>> modules) {
    try {
      Environment environment = new Environment(System.getenv());
      List<Module> wiring = modules.apply(environment);
      environment.verify();
      Service service = Injectors.create(wiring).getInstance(Service.class);
      ProcessExit.onSignal(service::stop);
      service.start();
      service.awaitTermination();
    } catch (Throwable t) {
      ProcessExit.abort(t);
    }
  }

  private ServiceMain() {}
}
