package com.minhacarona.runtime.server;

import com.google.inject.Module;
import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.process.Injectors;
import com.minhacarona.runtime.process.JavaUtilLogging;
import com.minhacarona.runtime.process.LogLevel;
import com.minhacarona.runtime.process.ProcessExit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The {@code main} of a process: reads the environment, wires and starts what it serves, and stops
 * that on SIGTERM. With {@value #PROBE} it asks the service that runs on this machine, and exits
 * with 0 when that one serves.
 */
public final class ServiceMain {
  private static final String PROBE = "--probe";

  /**
   * Runs the service, and returns when it has stopped. A failure to start ends the process.
   *
   * @param service its name in metrics and traces
   * @param defaultTable the table, unless the environment names another one
   * @param features makes the modules of the service's features
   */
  public static void run(
      String[] args,
      String service,
      String defaultTable,
      Function<Environment, List<Module>> features) {
    // Programs read what a service writes, so its digits must not depend on the locale.
    Locale.setDefault(Locale.ROOT);
    JavaUtilLogging.toLogback();
    try {
      Environment environment = new Environment(System.getenv());
      if (Arrays.asList(args).contains(PROBE)) {
        probe(GrpcServerConfig.from(environment).listener());
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

  private static void probe(ListenerConfig config) {
    String answer = Probe.ask(config);
    System.out.println(answer);
    ProcessExit.now(Probe.isServing(answer) ? 0 : 1);
  }

  private ServiceMain() {}
}
