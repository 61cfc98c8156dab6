package com.minhacarona.carona;

import com.minhacarona.table.InMemoryItems;
import com.minhacarona.table.StoredItems;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** The contracts of the stores, for their twin in memory. */
class InMemoryCaronaStoreTest {
  private final InMemoryItems items = new InMemoryItems();
  private final InMemoryCaronaStore twin = new InMemoryCaronaStore(items, Clock.systemUTC());

  @Nested
  class Caronas extends CaronaStoreContract {
    @Override
    CaronaStore store() {
      return twin;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }

  @Nested
  class StatusChanges extends CaronaStatusStoreContract {
    @Override
    CaronaStatusStore store() {
      return twin;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }
}
