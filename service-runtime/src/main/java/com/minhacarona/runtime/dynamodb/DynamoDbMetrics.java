package com.minhacarona.runtime.dynamodb;

import com.google.inject.Inject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * Measures calls to the table, all attempts of one together: {@value #DURATION}, {@value
 * #CONSUMED}, for which it asks DynamoDB to say what a call consumed, and {@value #THROTTLED}.
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
      case SdkRequest other -> other;
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
          default -> Stream.of();
        };
    meters
        .counter(CONSUMED, "operation", operation(attributes))
        .increment(consumed.mapToDouble(ConsumedCapacity::capacityUnits).sum());
  }

  @Override
  public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
    stop(attributes);
    if (context.exception() instanceof SdkServiceException e && e.isThrottlingException()) {
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
