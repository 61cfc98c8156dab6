package com.minhacarona.runtime.testing;

import com.google.inject.Module;
import com.minhacarona.runtime.server.ServiceMain;
import java.util.List;
import java.util.logging.Logger;

/** A process with the service of the tests, in which the network libraries complain a lot. */
public final class EchoMain {
  /** As grpc-java names its own. */
  public static final String COMPLAINING = "io.grpc.internal.Complaining";

  private static final int COMPLAINTS = 1_000;

  public static void main(String[] args) {
    ServiceMain.run(args, "echo-service", "none", _ -> features());
  }

  private static List<Module> features() {
    for (int i = 0; i < COMPLAINTS; i++) {
      Logger.getLogger(COMPLAINING).severe("as loud as can be");
    }
    return List.of(Echo.module(Echo::say));
  }

  private EchoMain() {}
}
