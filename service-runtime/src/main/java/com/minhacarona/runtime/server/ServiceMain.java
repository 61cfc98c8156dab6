package com.minhacarona.runtime.server;

import com.google.inject.Module;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.process.LogLevel;
import com.minhacarona.runtime.process.ProcessExit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The {@code main} of a process with one service: environment, wiring, start, and stop on SIGTERM.
 * With {@value #PROBE} it asks the one that runs, and exits with 0 when that is serving.
 */
public final class ServiceMain {
  private static final String PROBE = "--probe";

  /**
   * Returns when the service has stopped; what keeps it from starting ends the process.
   *
   * @param service its name in metrics and traces
   * @param defaultTable the table, unless the environment names another one
   * @param features what it serves
   */
  public static void run(
      String[] args,
      String service,
      String defaultTable,
      Function<Environment, List<Module>> features) {
    // All that a service writes is read by programs too, so that no locale may change its digits.
    Locale.setDefault(Locale.ROOT);
    try {
      Environment environment = new Environment(System.getenv());
      if (Arrays.asList(args).contains(PROBE)) {
        probe(GrpcServerConfig.from(environment).port());
        return;
      }
      LogLevel.from(environment);
      List<Module> modules = new ArrayList<>(features.apply(environment));
      modules.add(new ServiceModule(ServiceConfig.from(environment, service, defaultTable)));
      environment.verify();
      Service running = Injectors.create(modules).getInstance(Service.class);
      ProcessExit.onSignal(running::stop);
      running.start();
      running.awaitTermination();
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
