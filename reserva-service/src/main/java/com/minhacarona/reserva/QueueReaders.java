package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueConfig;
import com.minhacarona.runtime.queue.QueueConsumer;
import com.minhacarona.runtime.queue.QueueConsumers;
import com.minhacarona.runtime.server.ServiceComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** The consumers of the queues that this process reads. */
final class QueueReaders implements ServiceComponent {
  private final List<QueueConsumer> consumers = new ArrayList<>();

  @Inject
  QueueReaders(
      QueueConsumers factory, Map<Queue, QueueConfig> read, Map<Queue, MessageHandler> handlers) {
    read.forEach((queue, config) ->
        consumers.add(factory.consumer(queue.word(), config, handlers.get(queue))));
  }

  @Override
  public void start() {
    consumers.forEach(QueueConsumer::start);
  }

  /** All of them at once, before any is waited for. */
  @Override
  public void leave() {
    consumers.forEach(QueueConsumer::leave);
  }

  /** Together, because each may wait for what it has in hand. */
  @Override
  public void stop() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      consumers.forEach(consumer -> threads.execute(consumer::stop));
    }
  }
}
