package com.minhacarona.table;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local behind its HTTP port, one for the whole test run because it takes seconds to
 * start, and a table of its own for each test class.
 */
public final class LocalDynamoDb implements BeforeAllCallback, StoredItems {
  private static final AtomicInteger TABLES = new AtomicInteger();

  /** DynamoDB's limit for one request. */
  private static final int MAX_WRITES = 25;

  private static final int WRITERS = 4;

  private Server server;
  private String tableName;
  private boolean withStream = true;

  @Override
  public void beforeAll(ExtensionContext context) {
    if (server != null) {
      return; // JUnit calls again for each nested class, which shares the table.
    }
    use(
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(LocalDynamoDb.class))
            .getOrComputeIfAbsent(Server.class, _ -> Server.start(), Server.class));
  }

  private void use(Server started) {
    server = started;
    tableName = MinhaCaronaTable.DEFAULT_NAME + "-" + TABLES.incrementAndGet();
    MinhaCaronaTable.create(server.client, tableName);
    if (!withStream) {
      client()
          .updateTable(r ->
              r.tableName(tableName).streamSpecification(stream -> stream.streamEnabled(false)));
    }
  }

  /**
   * Makes the table without a stream. DynamoDB Local's writes become slower with each record in a
   * stream, so that a hundred thousand items would take minutes.
   */
  public LocalDynamoDb withoutStream() {
    withStream = false;
    return this;
  }

  /** Starts a server with one table, for a program that is no test. */
  public static LocalDynamoDb start() {
    LocalDynamoDb local = new LocalDynamoDb();
    local.use(Server.start());
    return local;
  }

  /** The tests' own client, with the SDK's defaults; it is not the one under test. */
  public DynamoDbClient client() {
    return server.client;
  }

  public URI endpoint() {
    return server.endpoint;
  }

  public String tableName() {
    return tableName;
  }

  @Override
  public void put(CaronaItem carona) {
    put(carona.toItem());
    put(carona.toPointer());
  }

  /** Stores many items, in no particular order. */
  public void putAll(List<Map<String, AttributeValue>> items) {
    try (var threads = Executors.newFixedThreadPool(WRITERS)) {
      var batches =
          IntStream.iterate(0, from -> from < items.size(), from -> from + MAX_WRITES)
              .mapToObj(from -> items.subList(from, Math.min(from + MAX_WRITES, items.size())))
              .map(batch -> threads.submit(() -> putBatch(batch)))
              .toList();
      for (var batch : batches) {
        batch.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void putBatch(List<Map<String, AttributeValue>> items) {
    List<WriteRequest> puts =
        items.stream()
            .map(item -> WriteRequest.builder().putRequest(p -> p.item(item)).build())
            .toList();
    var response = client().batchWriteItem(r -> r.requestItems(Map.of(tableName, puts)));
    if (!response.unprocessedItems().isEmpty()) {
      throw new IllegalStateException("unprocessed: " + response.unprocessedItems());
    }
  }

  @Override
  public void put(ReservaItem reserva) {
    put(reserva.toItem());
  }

  @Override
  public void put(RecusaItem recusa) {
    put(recusa.toItem());
  }

  @Override
  public Optional<RecusaItem> recusa(String caronaId, String usuarioId, String requestId) {
    return Optional.of(get(Keys.recusa(caronaId, usuarioId, requestId)))
        .filter(item -> !item.isEmpty())
        .map(RecusaItem::from);
  }

  @Override
  public CaronaItem carona(String id) {
    return CaronaItem.from(get(Keys.carona(id)));
  }

  @Override
  public ReservaItem reserva(String caronaId, String usuarioId) {
    return ReservaItem.from(get(Keys.reserva(caronaId, usuarioId)));
  }

  @Override
  public List<String> violations() {
    return Invariants.violations(client(), tableName);
  }

  private void put(Map<String, AttributeValue> item) {
    client().putItem(r -> r.tableName(tableName).item(item));
  }

  private Map<String, AttributeValue> get(Map<String, AttributeValue> key) {
    return client().getItem(r -> r.tableName(tableName).key(key).consistentRead(true)).item();
  }

  /** Is never stopped: it ends with the JVM of the test run, and a stop prints stack traces. */
  private record Server(DynamoDbClient client, URI endpoint) {

    /** Does by hand what DynamoDB Local's own main does, which would listen to the network. */
    static Server start() {
      try {
        org.eclipse.jetty.server.Server http =
            new org.eclipse.jetty.server.Server(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        http.setHandler(
            new LocalDynamoDBServerHandler(
                new LocalDynamoDBRequestHandler(0, true, null, false, false), null));
        http.start();
        URI endpoint = URI.create("http://127.0.0.1:" + http.getURI().getPort());
        return new Server(client(endpoint), endpoint);
      } catch (Exception e) {
        throw new IllegalStateException("DynamoDB Local did not start", e);
      }
    }

    private static DynamoDbClient client(URI endpoint) {
      return DynamoDbClient.builder()
          .endpointOverride(endpoint)
          .region(Region.SA_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
          .build();
    }
  }
}
