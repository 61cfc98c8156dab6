package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.runtime.call.Backoff;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Already;
import com.minhacarona.runtime.dynamodb.ReadModifyWrite.Write;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class ReadModifyWriteTest {
  private static final int RETRIES = 3;
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofNanos(1), Duration.ofNanos(1), RETRIES);

  private final LosingRaces dynamoDb = new LosingRaces();
  private final ReadModifyWrite readModifyWrite =
      new ReadModifyWrite(
          new Transactions(
              dynamoDb,
              new DynamoDbBudget(TestServer.NO_STORE),
              new Random(1),
              new SimpleMeterRegistry()),
          new Random(1));

  private int readings;

  @Test
  void run_withNothingToWrite_writesNothing() {
    assertThat(readModifyWrite.<Integer>run(() -> new Already<>(++readings), BACKOFF)).isEqualTo(1);
    assertThat(dynamoDb.writes).isZero();
  }

  @Test
  void run_withoutARace_readsAndWritesOnce() {
    assertThat(run()).isEqualTo("committed after reading 1");
    assertThat(dynamoDb.writes).isEqualTo(1);
  }

  @Test
  void run_afterLostRaces_readsAnewForEachWrite() {
    dynamoDb.toLose = RETRIES;
    assertThat(run()).isEqualTo("committed after reading 4");
    assertThat(dynamoDb.writes).isEqualTo(4);
  }

  @Test
  void run_whenTheItemsBecomeFinalMeanwhile_endsWithoutAnotherWrite() {
    dynamoDb.toLose = 1;
    String result =
        readModifyWrite.run(
            () -> ++readings == 1 ? new Write<>(List.of(), () -> "written") : new Already<>("over"),
            BACKOFF);
    assertThat(result).isEqualTo("over");
    assertThat(dynamoDb.writes).isEqualTo(1);
  }

  @Test
  void run_whenEachRaceIsLost_refusesWithConflito() {
    dynamoDb.toLose = Integer.MAX_VALUE;
    Refused.by(this::run).as(Code.ABORTED, Errors.CONFLITO);
    assertThat(dynamoDb.writes).isEqualTo(1 + RETRIES);
    assertThat(readings).isEqualTo(1 + RETRIES);
  }

  private String run() {
    return readModifyWrite.run(
        () -> {
          int reading = ++readings;
          return new Write<>(List.of(), () -> "committed after reading " + reading);
        },
        BACKOFF);
  }

  /** Fails the conditions of the first transactions, and commits those after them. */
  private static final class LosingRaces implements DynamoDbClient {
    private int toLose;
    private int writes;

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
      if (++writes <= toLose) {
        throw TransactionCanceledException.builder()
            .cancellationReasons(
                CancellationReason.builder().code("ConditionalCheckFailed").build())
            .build();
      }
      return TransactWriteItemsResponse.builder().build();
    }

    @Override
    public String serviceName() {
      return "dynamodb";
    }

    @Override
    public void close() {}
  }
}
