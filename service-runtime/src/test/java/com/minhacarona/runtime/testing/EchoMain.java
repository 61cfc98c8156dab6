package com.minhacarona.runtime.testing;

import com.minhacarona.runtime.server.ServiceMain;
import java.util.List;

/** A process with the service of the tests. */
public final class EchoMain {

  public static void main(String[] args) {
    ServiceMain.run(args, "echo-service", "none", _ -> List.of(Echo.module(Echo::say)));
  }

  private EchoMain() {}
}
