package com.minhacarona.local;

import com.minhacarona.table.MinhaCaronaTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/** Starts DynamoDB Local in this JVM, on an HTTP port of its own. It stops with the process. */
final class DynamoDbLocal {
  /** Whatever their region and credentials are. */
  private static final boolean SAME_TABLES_FOR_ALL = true;

  /**
   * Starts DynamoDB Local on a free port of this machine alone.
   *
   * @param dataDir where it keeps its data; in memory when empty
   * @return its address
   */
  static URI start(Optional<DataFolder> dataDir) throws Exception {
    // By hand what DynamoDB Local's own main does, which would listen to the network.
    Server http = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    http.setHandler(new LocalDynamoDBServerHandler(requests(dataDir), null));
    http.start();
    return URI.create("http://127.0.0.1:" + http.getURI().getPort());
  }

  private static LocalDynamoDBRequestHandler requests(Optional<DataFolder> dataDir) {
    return new LocalDynamoDBRequestHandler(
        0,
        dataDir.isEmpty(),
        dataDir.map(folder -> folder.path().toString()).orElse(null),
        SAME_TABLES_FOR_ALL,
        false);
  }

  /** Creates the table, unless a kept folder already has it. */
  static void createTable(DynamoDbClient dynamoDb, String tableName) {
    if (!dynamoDb.listTables().tableNames().contains(tableName)) {
      MinhaCaronaTable.create(dynamoDb, tableName);
    }
  }

  private DynamoDbLocal() {}
}
