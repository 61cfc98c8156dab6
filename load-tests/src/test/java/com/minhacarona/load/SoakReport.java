package com.minhacarona.load;

import com.google.common.base.Throwables;
import com.minhacarona.load.soak.Soak;
import java.time.Duration;
import java.util.List;

/**
 * Runs both services under load and under faults for some minutes, and judges all that was told:
 * {@code mvn -q -Preport -Dreport="SoakReport MINUTES SEED"}. It ends with an error when a promise
 * was broken. It sends to loopback only, and ends all processes that it starts.
 */
final class SoakReport {
  private static final long MINUTES = 2;

  public static void main(String[] args) throws Exception {
    long minutes = args.length > 0 ? Long.parseLong(args[0]) : MINUTES;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    System.out.printf("Soak of %s minutes, seed %s%n", minutes, seed);
    List<String> broken = run(minutes, seed);
    broken.forEach(complaint -> System.out.println("BROKEN: " + complaint));
    System.out.printf("Seed %s: %s promises were broken%n", seed, broken.size());
    System.exit(broken.isEmpty() ? 0 : 1);
  }

  /** DynamoDB Local keeps the process alive, also when the run has failed. */
  private static List<String> run(long minutes, long seed) throws InterruptedException {
    try {
      return Soak.run(Duration.ofMinutes(minutes), seed);
    } catch (RuntimeException e) {
      return List.of("the run itself: " + Throwables.getStackTraceAsString(e));
    }
  }

  private SoakReport() {}
}
