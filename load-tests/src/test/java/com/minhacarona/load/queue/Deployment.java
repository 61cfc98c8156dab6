package com.minhacarona.load.queue;

import com.minhacarona.table.LocalDynamoDb;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two workers on one table with its queues. The test classes that use it share it, because
 * processes take seconds to start; each has rides and residents of its own.
 */
final class Deployment implements BeforeAllCallback {
  private Running running;

  private record Running(LocalDynamoDb table, Queues queues, List<Worker> workers)
      implements AutoCloseable {

    static Running start(LocalDynamoDb table) {
      Queues queues = new Queues(table, 1);
      CompletableFuture<Worker> other =
          CompletableFuture.supplyAsync(() -> new Worker(table, queues));
      return new Running(table, queues, List.of(new Worker(table, queues), other.join()));
    }

    @Override
    public void close() {
      workers.forEach(Worker::close);
      queues.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(Deployment.class))
            .getOrComputeIfAbsent(
                Running.class,
                _ -> {
                  LocalDynamoDb table = new LocalDynamoDb();
                  table.beforeAll(context);
                  return Running.start(table);
                },
                Running.class);
  }

  LocalDynamoDb table() {
    return running.table();
  }

  Queues queues() {
    return running.queues();
  }

  List<Worker> workers() {
    return running.workers();
  }

  /** One wire of each worker. */
  List<Wire> wires(Function<Worker, Wire> which) {
    return workers().stream().map(which).toList();
  }
}
