package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Calls through the real SDK to a server that answers with capacity that was consumed. */
class DynamoDbMetricsTest {
  private static final Map<String, AttributeValue> KEY = Map.of("PK", AttributeValue.fromS("k"));
  private static final String ONE = "{\"TableName\": \"none\", \"CapacityUnits\": 1.5}";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<String, String> requests = new ConcurrentHashMap<>();
  private HttpServer server;
  private DynamoDbClient dynamoDb;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
          String operation = target.substring(target.indexOf('.') + 1);
          requests.put(
              operation,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          boolean ofManyItems =
              operation.equals("BatchGetItem") || operation.equals("TransactWriteItems");
          String consumed = ofManyItems ? "[" + ONE + ", " + ONE + "]" : ONE;
          byte[] answer =
              ("{\"ConsumedCapacity\": " + consumed + "}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    dynamoDb =
        AwsClients.configured(
                DynamoDbClient.builder(),
                "sa-east-1",
                Optional.of(endpoint),
                Duration.ofSeconds(10))
            .overrideConfiguration(c -> c.addExecutionInterceptor(new DynamoDbMetrics(meters)))
            .build();
  }

  @AfterEach
  void stop() {
    dynamoDb.close();
    server.stop(0);
  }

  @Test
  void aCallThatConsumesCapacity_asksForItAndCountsIt() {
    dynamoDb.getItem(r -> r.tableName("none").key(KEY));
    dynamoDb.query(r -> r.tableName("none").keyConditionExpression("PK = :pk"));
    dynamoDb.batchGetItem(r ->
        r.requestItems(Map.of("none", KeysAndAttributes.builder().keys(List.of(KEY)).build())));
    dynamoDb.transactWriteItems(r ->
        r.transactItems(
            TransactWriteItem.builder().put(put -> put.tableName("none").item(KEY)).build()));
    assertThat(requests).hasSize(4);
    requests.forEach((operation, request) ->
        assertThat(request).as(operation).contains("\"ReturnConsumedCapacity\":\"TOTAL\""));
    assertThat(consumed("GetItem")).isEqualTo(1.5);
    assertThat(consumed("Query")).isEqualTo(1.5);
    assertThat(consumed("BatchGetItem")).isEqualTo(3);
    assertThat(consumed("TransactWriteItems")).isEqualTo(3);
  }

  @Test
  void aCallThatConsumesNothing_isTimedOnly() {
    dynamoDb.describeTable(r -> r.tableName("none"));
    assertThat(consumed("DescribeTable")).isZero();
    assertThat(
            meters.get(DynamoDbMetrics.DURATION).tag("operation", "DescribeTable").timer().count())
        .isEqualTo(1);
  }

  @Test
  void anUnknownOperation_failsTheTest() {
    assertThatThrownBy(() -> dynamoDb.scan(r -> r.tableName("none")))
        .hasStackTraceContaining("does not measure the consumption of ScanRequest");
    assertThat(requests).isEmpty();
  }

  private double consumed(String operation) {
    return meters.get(DynamoDbMetrics.CONSUMED).tag("operation", operation).counter().count();
  }
}
