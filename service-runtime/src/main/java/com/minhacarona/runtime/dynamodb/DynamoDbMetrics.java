package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * Measures each attempt of a call to the table: its duration in {@value #DURATION}, the capacity
 * units that DynamoDB says it consumed in {@value #CONSUMED}, and in {@value #THROTTLED} whether
 * DynamoDB would not carry it out for want of capacity.
 *
 * <p>Each operation that consumes capacity must be listed here twice, with its request and its
 * response. An operation that is not fails an assertion. Tests run with assertions, so a service
 * that uses a new operation does not pass its tests until the operation is measured. In production
 * such a call succeeds, and only its consumption is missing.
 */
public final class DynamoDbMetrics implements ExecutionInterceptor {
  public static final String DURATION = "dynamodb.call.duration";
  public static final String CONSUMED = "dynamodb.consumed";
  public static final String THROTTLED = "dynamodb.throttled";

  private static final ExecutionAttribute<Timer.Sample> SAMPLE =
      new ExecutionAttribute<>("DynamoDbMetrics.sample");

  private final MeterRegistry meters;

  @Inject
  DynamoDbMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    attributes.putAttribute(SAMPLE, Timer.start(meters));
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    ReturnConsumedCapacity total = ReturnConsumedCapacity.TOTAL;
    return switch (context.request()) {
      case GetItemRequest r -> r.toBuilder().returnConsumedCapacity(total).build();
      case QueryRequest r -> r.toBuilder().returnConsumedCapacity(total).build();
      case BatchGetItemRequest r -> r.toBuilder().returnConsumedCapacity(total).build();
      case TransactWriteItemsRequest r -> r.toBuilder().returnConsumedCapacity(total).build();
      case DescribeTableRequest r -> r;
      case SdkRequest unknown -> {
        assert false : "does not measure the consumption of " + unknown.getClass().getSimpleName();
        yield unknown;
      }
    };
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    stop(attributes);
    Stream<ConsumedCapacity> consumed =
        switch (context.response()) {
          case GetItemResponse r -> Stream.ofNullable(r.consumedCapacity());
          case QueryResponse r -> Stream.ofNullable(r.consumedCapacity());
          case BatchGetItemResponse r -> r.consumedCapacity().stream();
          case TransactWriteItemsResponse r -> r.consumedCapacity().stream();
          case DescribeTableResponse _ -> Stream.of();
          case SdkResponse unknown -> {
            assert false : "does not measure the consumption in " + unknown;
            yield Stream.of();
          }
        };
    meters
        .counter(CONSUMED, "operation", operation(attributes))
        .increment(consumed.mapToDouble(ConsumedCapacity::capacityUnits).sum());
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    stop(attributes);
    if (context.exception() instanceof SdkException e && Trouble.of(e) == Trouble.THROTTLED) {
      meters.counter(THROTTLED, "operation", operation(attributes)).increment();
    }
  }

  private void stop(ExecutionAttributes attributes) {
    attributes
        .getAttribute(SAMPLE)
        .stop(meters.timer(DURATION, "operation", operation(attributes)));
  }

  private static String operation(ExecutionAttributes attributes) {
    return attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
  }
}
