package com.minhacarona.runtime;

import com.google.inject.Module;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The {@code main} of a process with one service: environment, wiring, start, and stop on SIGTERM.
 * With {@value #PROBE} it asks the one that runs, and exits with 0 when that is serving.
 */
public final class ServiceMain {
  private static final String PROBE = "--probe";

  /** Returns when the service has stopped; what keeps it from starting ends the process. */
  public static void run(String[] args, Function<Environment, List<Module>> modules) {
    try {
      Environment environment = new Environment(System.getenv());
      if (Arrays.asList(args).contains(PROBE)) {
        probe(GrpcServerConfig.from(environment).port());
        return;
      }
      LogLevel.from(environment);
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

  private static void probe(int port) {
    String answer = Probe.ask(port);
    System.out.println(answer);
    ProcessExit.now(Probe.isServing(answer) ? 0 : 1);
  }

  private ServiceMain() {}
}
