package com.minhacarona.reserva.events;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableChangeJson;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.UnreadableItemException;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Makes an event of each change of the table that is one, and publishes it. A message is one record
 * of the table's stream. The same record gives an event with the same id and of the same fact, so a
 * repeat does no harm; only the ride beside a reservation is as it is when the event is made.
 * Thread-safe.
 */
public final class ChangesHandler implements MessageHandler {
  /** The message is no record of the table's stream. */
  static final String NO_RECORD = "REGISTRO_INVALIDO";

  /** The item of the record is beyond this version. */
  static final String UNREADABLE = "ITEM_ILEGIVEL";

  /** A reservation changed whose ride is gone, so nobody knows the condominium to tell. */
  static final String NO_CARONA = "CARONA_NAO_ENCONTRADA";

  private static final Verdict PUBLISHED = new Done("published");
  private static final Verdict IGNORED = new Done("ignored");

  private final Reads reads;
  private final EventTopic topic;

  @Inject
  ChangesHandler(Reads reads, EventTopic topic) {
    this.reads = reads;
    this.topic = topic;
  }

  @Override
  public Verdict handle(QueueMessage message) {
    TableChange change;
    try {
      change = TableChangeJson.read(message.body());
    } catch (IllegalArgumentException e) {
      return new Poison(NO_RECORD, String.valueOf(e.getMessage()));
    }
    return handle(change);
  }

  /** Does the same for a change that came another way. */
  Verdict handle(TableChange change) {
    // Only what has expired is removed.
    return change.newImage().map(after -> handle(change.oldImage(), after)).orElse(IGNORED);
  }

  private Verdict handle(
      Optional<Map<String, AttributeValue>> before, Map<String, AttributeValue> after) {
    try {
      if (!Keys.areIn(after)) {
        return new Poison(NO_RECORD, "the new image has no key");
      }
      if (Keys.isCarona(after)) {
        return ofCarona(before.map(CaronaItem::from), CaronaItem.from(after));
      }
      return Keys.isReserva(after)
          ? ofReserva(before.map(ReservaItem::from), ReservaItem.from(after))
          : IGNORED;
    } catch (UnreadableItemException e) {
      return new Poison(UNREADABLE, e.getMessage());
    }
  }

  private Verdict ofCarona(Optional<CaronaItem> before, CaronaItem after) {
    return StatusEvents.ofCarona(before.map(CaronaItem::status), after.status())
        .map(type -> publish(DomainEvents.ofCarona(type, after)))
        .orElse(IGNORED);
  }

  private Verdict ofReserva(Optional<ReservaItem> before, ReservaItem after) {
    return StatusEvents.ofReserva(before.map(ReservaItem::status), after.status())
        .map(type -> ofReserva(type, after))
        .orElse(IGNORED);
  }

  private Verdict ofReserva(EventType type, ReservaItem reserva) {
    return reads
        .item(Keys.carona(reserva.caronaId()), true)
        .map(CaronaItem::from)
        .map(carona -> publish(DomainEvents.ofReserva(type, reserva, carona)))
        .orElseGet(() -> new Poison(NO_CARONA, "no ride " + reserva.caronaId()));
  }

  private Verdict publish(DomainEvent event) {
    topic.publish(event);
    return PUBLISHED;
  }
}
