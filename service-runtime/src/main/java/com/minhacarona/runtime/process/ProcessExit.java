package com.minhacarona.runtime.process;

import ch.qos.logback.classic.LoggerContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.slf4j.LoggerFactory;

/** The two ways in which a process of ours ends. */
public final class ProcessExit {

  /** The work to do before the process ends. */
  @FunctionalInterface
  public interface Steps {
    void run() throws Exception;
  }

  /**
   * Runs the steps on SIGTERM or Ctrl-C, and exits with 0 when they returned and with 1 when they
   * threw. The JVM by itself would exit with 143 or 130 in both cases.
   */
  public static void onSignal(Steps steps) {
    Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> stop(steps));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Prints why the process cannot go on, and exits with 1 at once. */
  public static void abort(Throwable cause) {
    if (cause instanceof CannotStartException) {
      System.err.println(cause.getMessage());
    } else {
      StringWriter trace = new StringWriter();
      cause.printStackTrace(new PrintWriter(trace, true));
      System.err.println(trace);
    }
    now(1);
  }

  /** Writes what was logged, and then ends the process without running shutdown hooks. */
  public static void now(int code) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.stop();
    }
    Runtime.getRuntime().halt(code);
  }

  private static void stop(Steps steps) {
    try {
      steps.run();
      now(0);
    } catch (Throwable t) {
      abort(t);
    }
  }

  private ProcessExit() {}
}
