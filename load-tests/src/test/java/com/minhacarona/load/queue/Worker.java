package com.minhacarona.load.queue;

import com.minhacarona.load.TaskProcess;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of reserva-service that offers its calls and reads all queues, with wires of its own.
 */
final class Worker implements AutoCloseable {
  private final Wire dynamoDb;
  private final Wire sqs;
  private final Wire ses;
  private final TaskProcess task;
  private final ManagedChannel channel;

  Worker(LocalDynamoDb table, Queues queues) {
    dynamoDb = new Wire(table.endpoint());
    sqs = new Wire(queues.endpoint(), Visibility.SHORTENED);
    ses = new Wire(queues.providers().endpoint());
    Map<String, String> settings = new HashMap<>(queues.settings());
    settings.put("MINHA_CARONA_SQS_ENDPOINT", sqs.endpoint().toString());
    settings.put("MINHA_CARONA_SES_ENDPOINT", ses.endpoint().toString());
    task =
        TaskProcess.reserva(dynamoDb.endpoint(), table.tableName(), TaskProcess.forATest(settings));
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", task.port()).usePlaintext().build();
  }

  Wire dynamoDb() {
    return dynamoDb;
  }

  Wire sqs() {
    return sqs;
  }

  Wire ses() {
    return ses;
  }

  /** Calls once, and waits for up to half a minute. */
  ReservaServiceBlockingStub calls() {
    return ReservaServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  /** Ends the process by SIGKILL. */
  void kill() {
    task.close();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    task.close();
    for (Wire wire : new Wire[] {dynamoDb, sqs, ses}) {
      wire.close();
    }
  }
}
