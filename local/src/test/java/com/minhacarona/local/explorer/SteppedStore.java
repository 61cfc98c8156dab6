package com.minhacarona.local.explorer;

import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The table as the tasks of one lane see it: each request is a step, and may meet a fault. */
final class SteppedStore implements DynamoDbClient {
  private final DynamoDbClient table;
  private final Lane lane;

  SteppedStore(DynamoDbClient table, Lane lane) {
    this.table = table;
    this.lane = lane;
  }

  @Override
  public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest asked) {
    Schedule run = lane.beforeRequest();
    TransactWriteItemsRequest sent = run.defect().apply(asked);
    StoreFault fault = run.fault();
    run.choices().say("%s writes: %s".formatted(lane.name, fault));
    lane.silent = fault.isSilentAfterwards();
    String call = lane.call();
    if (fault == StoreFault.LATE || fault == StoreFault.LATE_THEN_SILENT) {
      run.late().add(new Schedule.Late(call, () -> arrive(sent, call, run)));
    }
    if (!fault.carriesOut()) {
      throw fault.failure(sent.transactItems().size());
    }
    TransactWriteItemsResponse response;
    try {
      response = commit(sent, call, run);
    } catch (TransactionCanceledException e) {
      throw fault == StoreFault.NONE ? partly(e, run) : fault.failure(0);
    }
    if (fault != StoreFault.NONE) {
      throw fault.failure(0);
    }
    return response;
  }

  private TransactWriteItemsResponse commit(
      TransactWriteItemsRequest sent, String call, Schedule run) {
    TransactWriteItemsResponse response = table.transactWriteItems(sent);
    // The same token again writes nothing.
    run.effects().computeIfAbsent(call, _ -> new HashSet<>()).add(sent.clientRequestToken());
    return response;
  }

  private void arrive(TransactWriteItemsRequest sent, String call, Schedule run) {
    try {
      var _ = commit(sent, call, run);
    } catch (TransactionCanceledException _) {
      run.choices().say("    and is refused, which nobody hears");
    }
  }

  /** DynamoDB need not report every condition that failed, which is no fault. */
  private TransactionCanceledException partly(TransactionCanceledException canceled, Schedule run) {
    if (StoreFault.failed(canceled).size() < 2) {
      return canceled;
    }
    StoreFault report =
        run.choices()
            .of(
                List.of(
                    StoreFault.NONE, StoreFault.FIRST_REASON_ALONE, StoreFault.LAST_REASON_ALONE));
    run.choices().say("    is refused, of the reasons: " + report);
    return report == StoreFault.NONE ? canceled : report.report(canceled);
  }

  @Override
  public GetItemResponse getItem(GetItemRequest asked) {
    return read(() -> table.getItem(asked));
  }

  @Override
  public QueryResponse query(QueryRequest asked) {
    return read(() -> table.query(asked));
  }

  private <R> R read(Supplier<R> read) {
    lane.beforeRequest().choices().say(lane.name + " reads");
    return read.get();
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
