package com.minhacarona.load.attack;

import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attacks a fresh process with each attack, on loopback only, and prints the table of SECURITY.md.
 * It takes five minutes. Names of attacks as arguments make it shorter.
 */
final class AttackReport {
  private static final Duration TIME = Duration.ofSeconds(3);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final double MB = 1 << 20;

  static final String COLUMNS =
      "| | client | attack | what stops it | shown by | sent | live heap before, during, after |"
          + " good calls that failed | their p99 before, after | alive |";

  static final String RULE = "|---".repeat(10) + "|";

  public static void main(String[] args) throws Exception {
    List<Attack> attacks =
        args.length == 0
            ? List.of(Attack.values())
            : Arrays.stream(args).map(Attack::valueOf).toList();
    LocalDynamoDb table =
        attacks.stream().anyMatch(attack -> attack.target() != Attack.Target.RESERVA)
            ? AttackedService.fill(LocalDynamoDb.start())
            : null;
    System.out.println(COLUMNS);
    System.out.println(RULE);
    for (Attack attack : attacks) {
      System.out.println(
          row(AttackedService.attack(attack, table, Optional.empty(), TIME, DEADLINE)));
    }
    System.exit(0); // DynamoDB Local leaves threads behind.
  }

  /** The cells that say what an attack is, and need no measurement. */
  static String description(Attack attack) {
    return "| %d | %s | %s | %s | %s |"
        .formatted(
            attack.number(),
            attack.who(),
            attack.sends(),
            attack.stopped(),
            attack.isTested() ? "`AttackTest`" : "`AttackReport`");
  }

  private static String row(Outcome outcome) {
    return description(outcome.attack())
        + " %.1f MB, %d frames, %d connections, %.1f s | %s, %s, %s MB |"
            .formatted(
                outcome.bytes() / MB,
                outcome.frames(),
                outcome.connections(),
                outcome.seconds(),
                megabytes(outcome.heapBefore()),
                megabytes(outcome.heapHeld()),
                megabytes(outcome.heapAfter()))
        + " %s of %d | %.1f, %.1f ms | %s |"
            .formatted(
                outcome.failures().isEmpty() ? "0" : outcome.failures(),
                outcome.calls(),
                outcome.p99Before(),
                outcome.p99After(),
                outcome.alive() ? "yes" : "no");
  }

  private static String megabytes(long bytes) {
    return bytes == 0 ? "–" : "%.1f".formatted(bytes / MB);
  }

  private AttackReport() {}
}
