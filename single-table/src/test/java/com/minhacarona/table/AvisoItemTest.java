package com.minhacarona.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.table.AvisoItem.Status;
import com.minhacarona.table.UsuarioItem.Canal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

@Tag("dynamodb")
class AvisoItemTest {
  @RegisterExtension static final LocalDynamoDb LOCAL = new LocalDynamoDb();

  private static final Instant NOW = Instant.parse("2026-11-22T09:30:00Z");
  private static final Instant LATER = NOW.plusSeconds(59);
  private static final Instant AFTER_THE_CLAIM = NOW.plusSeconds(60);

  @Test
  void aClaim_keepsOthersOut_untilItRunsOut() {
    assertThat(write(claim("e1", "first", NOW).claim(LOCAL.tableName()))).isEmpty();
    assertThat(write(claim("e1", "second", LATER).claim(LOCAL.tableName())))
        .contains(claim("e1", "first", NOW));
    assertThat(write(claim("e1", "second", AFTER_THE_CLAIM).claim(LOCAL.tableName()))).isEmpty();
    assertThat(stored("e1").claimId()).isEqualTo("second");
  }

  @ParameterizedTest
  @EnumSource(names = {"ENVIADO", "RECUSADO"})
  void aNote_thatSaysHowItEnded_isNeverClaimedAgain(Status status) {
    String evento = "ended-" + status;
    AvisoItem claim = claim(evento, "first", NOW);
    assertThat(write(claim.claim(LOCAL.tableName()))).isEmpty();
    assertThat(write(claim.withStatus(status, LATER).end(LOCAL.tableName()))).isEmpty();
    assertThat(write(claim(evento, "second", NOW.plusSeconds(3600)).claim(LOCAL.tableName())))
        .contains(claim.withStatus(status, LATER));
  }

  @Test
  void aClaim_thatIsReleased_isFreeAtOnce() {
    AvisoItem claim = claim("e2", "first", NOW);
    assertThat(write(claim.claim(LOCAL.tableName()))).isEmpty();
    assertThat(write(claim.release(LOCAL.tableName(), LATER))).isEmpty();
    assertThat(write(claim("e2", "second", LATER).claim(LOCAL.tableName()))).isEmpty();
  }

  @Test
  void aClaim_thatAnotherHasTaken_isNotReleasedByTheFirst() {
    AvisoItem first = claim("e3", "first", NOW);
    AvisoItem second = claim("e3", "second", AFTER_THE_CLAIM);
    assertThat(write(first.claim(LOCAL.tableName()))).isEmpty();
    assertThat(write(second.claim(LOCAL.tableName()))).isEmpty();
    assertThat(write(first.release(LOCAL.tableName(), AFTER_THE_CLAIM))).contains(second);
    assertThat(stored("e3")).isEqualTo(second);
  }

  private static AvisoItem claim(String evento, String claimId, Instant now) {
    return Examples.aviso(evento, "u1", claimId, now);
  }

  private static AvisoItem stored(String evento) {
    return AvisoItem.from(
        LOCAL
            .client()
            .getItem(r -> r.tableName(LOCAL.tableName()).key(Keys.aviso(evento, "u1", Canal.EMAIL)))
            .item());
  }

  /** Empty when it was written, and otherwise the note that stood in its way. */
  private static Optional<AvisoItem> write(TransactWriteItem item) {
    try {
      LOCAL.client().transactWriteItems(r -> r.transactItems(List.of(item)));
      return Optional.empty();
    } catch (TransactionCanceledException e) {
      return Optional.of(AvisoItem.from(e.cancellationReasons().getFirst().item()));
    }
  }
}
