package com.minhacarona.load.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.testing.Pki;
import com.minhacarona.table.LocalDynamoDb;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attacks a service with two attacks for a second each, or with twelve with {@code -Dsoak}. */
@Tag("dynamodb")
@Tag("process")
@Tag("soak")
class AttackTest {
  @RegisterExtension static final LocalDynamoDb TABLE = new LocalDynamoDb();

  private static final boolean SOAK = Boolean.getBoolean("soak");
  private static final Duration TIME = Duration.ofSeconds(SOAK ? 3 : 1);

  /** No failure of the good caller is for want of a fast machine. */
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /** What an attack may leave behind: less than a tenth of the heap. */
  private static final long LEFT_BEHIND = 20L << 20;

  /** What one address may hold while it attacks: a quarter of the heap. */
  private static final long HELD = 64L << 20;

  @BeforeAll
  static void fill() {
    if (SOAK) {
      AttackedService.fill(TABLE);
    }
  }

  static List<Attack> attacks() {
    return SOAK
        ? Arrays.stream(Attack.values()).filter(Attack::isTested).toList()
        : List.of(Attack.EMPTY_DATA, Attack.RAPID_RESET);
  }

  static List<Attack> attacksOverTls() {
    return SOAK
        ? List.of(Attack.EMPTY_DATA, Attack.RAPID_RESET, Attack.IDLE_CONNECTIONS)
        : List.of(Attack.EMPTY_DATA);
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void attack_fromAnotherAddress_harmsNobodyAndLeavesNothing(Attack attack) throws Exception {
    assertHarmless(AttackedService.attack(attack, TABLE, Optional.empty(), TIME, DEADLINE));
  }

  /** Over TLS the frames are the same, and stand behind what decrypts them. */
  @ParameterizedTest
  @MethodSource("attacksOverTls")
  void attack_overTls_isAsHarmless(Attack attack) throws Exception {
    assertHarmless(AttackedService.attack(attack, TABLE, Optional.of(new Pki()), TIME, DEADLINE));
  }

  private static void assertHarmless(Outcome outcome) {
    assertThat(outcome.bytes()).as("the attack was made").isPositive();
    assertThat(outcome.alive()).as("the process is alive").isTrue();
    assertThat(outcome.failures()).as("calls of the good caller, %s", outcome).isEmpty();
    assertThat(outcome.heapHeld())
        .as("live bytes during the attack, %s", outcome)
        .isLessThan(outcome.heapBefore() + HELD);
    assertThat(outcome.heapAfter())
        .as("live bytes after the attack, %s", outcome)
        .isLessThan(outcome.heapBefore() + LEFT_BEHIND);
  }
}
