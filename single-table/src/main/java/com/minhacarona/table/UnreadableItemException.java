package com.minhacarona.table;

import static com.minhacarona.table.Attributes.PK;
import static com.minhacarona.table.Attributes.SK;

import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item that this version cannot read: an attribute is not there, has another type, or has a
 * value that this version does not know. A newer version may have written it, or a hand. The
 * message names the item and the attribute, but not its value.
 */
public final class UnreadableItemException extends IllegalArgumentException {
  UnreadableItemException(Map<String, AttributeValue> item, String fault) {
    super("item %s %s %s".formatted(text(item, PK), text(item, SK), fault));
  }

  private static String text(Map<String, AttributeValue> item, String key) {
    return Optional.ofNullable(item.get(key)).map(AttributeValue::s).orElse("?");
  }
}
