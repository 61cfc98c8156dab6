package com.minhacarona.reserva;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventTopic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic that keeps what was published, and can be out of reach. */
public final class RecordedTopic implements EventTopic {
  private final List<DomainEvent> events = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  @Override
  public void publish(DomainEvent event) {
    if (away) {
      throw new IllegalStateException("away");
    }
    events.add(event);
  }

  /** What was published, in order. */
  public List<DomainEvent> events() {
    return List.copyOf(events);
  }

  /** Publishes nothing any more, or again. */
  public void setAway(boolean isAway) {
    away = isAway;
  }
}
