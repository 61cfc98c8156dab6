package com.minhacarona.reserva;

import com.minhacarona.table.InMemoryItems;
import com.minhacarona.table.StoredItems;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** The contracts of the stores, for their twin in memory, alone and with the guard before it. */
class InMemoryReservaStoreTest {
  private final InMemoryItems items = new InMemoryItems();
  private final InMemoryReservaStore twin = new InMemoryReservaStore(items, Clock.systemUTC());

  @Nested
  class Bookings extends ReservaStoreContract {
    @Override
    ReservaStore store() {
      return twin;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }

  @Nested
  class GuardedBookings extends ReservaStoreContract {
    private final ReservaStore guarded = new RushGuard(twin, new LastSeen(), Clock.systemUTC());

    @Override
    ReservaStore store() {
      return guarded;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }

  @Nested
  class StatusChanges extends ReservaStatusStoreContract {
    @Override
    ReservaStatusStore store() {
      return twin;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }

  @Nested
  class Recusas extends RecusaStoreContract {
    @Override
    ReservaStore bookings() {
      return twin;
    }

    @Override
    RecusaStore store() {
      return twin;
    }

    @Override
    StoredItems items() {
      return items;
    }
  }
}
