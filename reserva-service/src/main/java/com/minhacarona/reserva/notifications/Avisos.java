package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.reserva.notifications.Claim.Busy;
import com.minhacarona.reserva.notifications.Claim.Claimed;
import com.minhacarona.reserva.notifications.Claim.Over;
import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.dynamodb.Transactions;
import com.minhacarona.runtime.dynamodb.Transactions.Committed;
import com.minhacarona.runtime.dynamodb.Transactions.ConditionFailed;
import com.minhacarona.table.AvisoItem;
import com.minhacarona.table.AvisoItem.Status;
import com.minhacarona.table.UsuarioItem.Canal;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * The notes of who was told of which event, in the table. Writes by transactions, because these
 * carry a token: a claim whose answer was lost does not stand in its own way. Thread-safe.
 */
final class Avisos {
  /**
   * Several times {@link Deliveries#MAX_SEND}, so that only a task that is gone loses its claim. A
   * message that such a task leaves behind is sent that much later.
   */
  static final Duration LEASE = Duration.ofSeconds(30);

  /**
   * How long it may take to write down how a claim ended, however late it is for the event: what is
   * sent and not written down is sent again. Room for a few attempts of a table that is slow.
   */
  static final Duration MAX_END = Duration.ofSeconds(3);

  /** Each try repeats what is lost or throttled by itself, so that few are enough. */
  private static final Backoff AFTER_TROUBLE =
      new Backoff(Duration.ofMillis(100), Duration.ofMillis(500), 3);

  private final Transactions transactions;
  private final String tableName;
  private final Clock clock;
  private final RandomGenerator random;
  private final ScheduledExecutorService deadlines;

  @Inject
  Avisos(
      Transactions transactions,
      DynamoDbConfig config,
      Clock clock,
      RandomGenerator random,
      ScheduledExecutorService deadlines) {
    this.transactions = transactions;
    this.tableName = config.tableName();
    this.clock = clock;
    this.random = random;
    this.deadlines = deadlines;
  }

  /**
   * Claims the telling of an event to a resident on a channel.
   *
   * @throws io.grpc.StatusRuntimeException when the table does not answer; there may be a claim
   *     then, which runs out by itself
   */
  Claim claim(String eventoId, String usuarioId, Canal canal) {
    Instant now = now();
    AvisoItem aviso =
        new AvisoItem(
            eventoId,
            usuarioId,
            canal,
            Status.ENVIANDO,
            new UUID(random.nextLong(), random.nextLong()).toString(),
            now.plus(LEASE),
            now);
    return transactions.carryOut(writing ->
        switch (writing.write(List.of(aviso.claim(tableName)))) {
          case Committed _ -> new Claimed(aviso);
          case ConditionFailed failed -> stood(failed.reasons().getFirst().item());
        });
  }

  /**
   * Writes down that it was told, or refused for good, even if the caller's deadline has passed.
   *
   * @throws io.grpc.StatusRuntimeException when that may not have been written
   */
  void end(AvisoItem claimed, Status status) {
    List<TransactWriteItem> ended = List.of(claimed.withStatus(status, now()).end(tableName));
    inTimeOfItsOwn(() -> {
      int retry = 0;
      while (true) {
        try {
          transactions.carryOut(writing -> writing.write(ended));
          return;
        } catch (StatusRuntimeException e) {
          if (!AFTER_TROUBLE.pause(retry++, random)) {
            throw e;
          }
        }
      }
    });
  }

  /**
   * Gives the claim back, so that the next try need not wait; no matter if another has it, or if
   * the caller's deadline has passed.
   *
   * @throws io.grpc.StatusRuntimeException when that may not have been written
   */
  void release(AvisoItem claimed) {
    List<TransactWriteItem> released = List.of(claimed.release(tableName, now()));
    inTimeOfItsOwn(() -> transactions.carryOut(writing -> writing.write(released)));
  }

  /** What the caller's context knows is kept, such as the trace id; its deadline is not. */
  private void inTimeOfItsOwn(Runnable write) {
    try (Context.CancellableContext own =
        Context.current()
            .fork()
            .withDeadlineAfter(MAX_END.toNanos(), TimeUnit.NANOSECONDS, deadlines)) {
      own.run(write);
    }
  }

  private static Claim stood(Map<String, AttributeValue> item) {
    AvisoItem other = AvisoItem.from(item);
    return switch (other.status()) {
      case ENVIANDO -> new Busy(other.claimAte());
      case ENVIADO, RECUSADO -> new Over();
    };
  }

  /** The table keeps milliseconds. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
