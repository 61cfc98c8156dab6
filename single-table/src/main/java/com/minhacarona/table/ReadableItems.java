package com.minhacarona.table;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads items of which some may be beyond this version, for everything that reads many of them: one
 * item that cannot be read must not keep the others from being read. Whoever reads one item by its
 * key lets the exception through, because there is nothing else to answer with.
 */
public final class ReadableItems {

  /**
   * Reads an item among others.
   *
   * @param from reads an item of its kind, such as {@code CaronaItem::from}
   * @param skipped is told of an item that cannot be read
   * @return empty when the item cannot be read
   */
  public static <T> Optional<T> one(
      Map<String, AttributeValue> item,
      Function<Map<String, AttributeValue>, T> from,
      Consumer<? super UnreadableItemException> skipped) {
    try {
      return Optional.of(from.apply(item));
    } catch (UnreadableItemException e) {
      skipped.accept(e);
      return Optional.empty();
    }
  }

  /** Reads those of the items that can be read, in the same order; as {@link #one}. */
  public static <T> List<T> of(
      Collection<Map<String, AttributeValue>> items,
      Function<Map<String, AttributeValue>, T> from,
      Consumer<? super UnreadableItemException> skipped) {
    return items.stream().flatMap(item -> one(item, from, skipped).stream()).toList();
  }

  private ReadableItems() {}
}
