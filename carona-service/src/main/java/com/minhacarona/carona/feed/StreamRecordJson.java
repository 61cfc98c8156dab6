package com.minhacarona.carona.feed;

import com.minhacarona.runtime.dynamodb.TableChangeJson;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import com.minhacarona.table.UnreadableItemException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The ride in a record of the table's stream. */
final class StreamRecordJson {
  private static final Logger LOG = LoggerFactory.getLogger(StreamRecordJson.class);

  /**
   * The ride after the change; empty for other items, for expiries, and for what cannot be read.
   *
   * @param skipped is told of a ride that this version cannot read
   */
  static Optional<CaronaItem> carona(
      String record, Consumer<? super UnreadableItemException> skipped) {
    return image(record).flatMap(item -> ReadableItems.one(item, CaronaItem::from, skipped));
  }

  /** The item after the change, if it is a ride. */
  private static Optional<Map<String, AttributeValue>> image(String record) {
    try {
      return TableChangeJson.read(record).newImage().filter(Keys::isCarona);
    } catch (RuntimeException e) {
      // The same text would fail again. What it told, streams learn with the next change of the
      // ride, or when their clients open the next stream.
      LOG.error("Not a record of the table's stream, %s characters".formatted(record.length()), e);
      return Optional.empty();
    }
  }

  private StreamRecordJson() {}
}
