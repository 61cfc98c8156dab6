package com.minhacarona.runtime;

import com.google.inject.Module;
import java.util.List;
import java.util.function.Function;

/**
 * The {@code main} of a process with one service: environment, wiring, start, and stop on SIGTERM.
 */
public final class ServiceMain {

  /**
   * Returns when the service has stopped. What keeps it from starting is one message on standard
   * error and exit code 1.
   */
  public static void run(Function<Environment, List<Module>> modules) throws InterruptedException {
    try {
      Environment environment = new Environment(System.getenv());
      List<Module> wiring = modules.apply(environment);
      environment.verify();
      Service service = Injectors.create(wiring).getInstance(Service.class);
      stopOnExit(service);
      service.start();
      service.awaitTermination();
    } catch (ConfigurationException | PortInUseException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void stopOnExit(Service service) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> {
                  try {
                    service.stop();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  private ServiceMain() {}
}
