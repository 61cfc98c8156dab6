package com.minhacarona.local;

import com.minhacarona.table.MinhaCaronaTable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dynamodb.services.local.main.ServerRunner;

/** Starts DynamoDB Local in this JVM, on an HTTP port of its own. It stops with the process. */
final class DynamoDbLocal {

  /**
   * Starts DynamoDB Local on a free port.
   *
   * @param dataDir where it keeps its data; in memory when empty
   * @return its address
   */
  static URI start(Optional<DataFolder> dataDir) throws Exception {
    String port = Integer.toString(freePort());
    // -sharedDb shows the same tables to every caller, whatever its region and credentials are.
    List<String> options =
        new ArrayList<>(List.of("-sharedDb", "-disableTelemetry", "-port", port));
    if (dataDir.isPresent()) {
      options.addAll(List.of("-dbPath", dataDir.get().path().toString()));
    } else {
      options.add("-inMemory");
    }
    ServerRunner.createServerFromCommandLineArgs(options.toArray(String[]::new)).start();
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Creates the table, unless a kept folder already has it. */
  static void createTable(DynamoDbClient dynamoDb, String tableName) {
    if (!dynamoDb.listTables().tableNames().contains(tableName)) {
      MinhaCaronaTable.create(dynamoDb, tableName);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private DynamoDbLocal() {}
}
