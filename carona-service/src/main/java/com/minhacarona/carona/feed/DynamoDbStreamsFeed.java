package com.minhacarona.carona.feed;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.runtime.dynamodb.TableStreamReader;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;

/** Reads the table's stream itself, so this feed is for one or two tasks. */
final class DynamoDbStreamsFeed implements CaronaFeed {
  private final TableStreamReader reader;
  private final SkippedItems skipped;

  @Inject
  DynamoDbStreamsFeed(TableStreamReader reader, SkippedItems skipped) {
    this.reader = reader;
    this.skipped = skipped;
  }

  @Override
  public void start(Listener listener) {
    reader.start(
        new TableStreamReader.Listener() {
          @Override
          public void changed(TableChange change) {
            // A removal is an expiry, without a new image: rides are never deleted otherwise.
            change
                .newImage()
                .filter(Keys::isCarona)
                .flatMap(image -> ReadableItems.one(image, CaronaItem::from, skipped))
                .ifPresent(listener::changed);
          }

          @Override
          public void gap() {
            listener.gap();
          }
        });
  }

  @Override
  public void stop() {
    reader.stop();
  }
}
