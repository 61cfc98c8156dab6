package com.minhacarona.reserva.events;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.runtime.server.ServiceComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes events of what the table's own stream tells: for one task, where there is no queue. */
final class StreamedChanges implements ServiceComponent {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedChanges.class);

  private final TableStreamReader stream;
  private final ChangesHandler handler;

  @Inject
  StreamedChanges(TableStreamReader stream, ChangesHandler handler) {
    this.stream = stream;
    this.handler = handler;
  }

  @Override
  public void start() {
    stream.startComplete(this::changed);
  }

  /** What this throws makes the reader tell the same change again. */
  private void changed(TableChange change) {
    if (handler.handle(change) instanceof Poison(var reason, var detail)) {
      LOG.error("No event can be made of a change, {}: {}", reason, detail);
    }
  }

  @Override
  public void leave() {}

  /** Last, so that also what the last calls changed may still be told. */
  @Override
  public void stop() {
    stream.stop();
  }
}
