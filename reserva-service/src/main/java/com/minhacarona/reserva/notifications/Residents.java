package com.minhacarona.reserva.notifications;

import com.google.common.collect.Lists;
import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.BatchReads;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import com.minhacarona.table.UsuarioItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads residents with their addresses and wishes. Thread-safe. */
final class Residents {
  private final BatchReads batchReads;
  private final SkippedItems skipped;

  @Inject
  Residents(BatchReads batchReads, SkippedItems skipped) {
    this.batchReads = batchReads;
    this.skipped = skipped;
  }

  /**
   * Those with these ids who live in this condominium, by id. Whoever is not there, cannot be read
   * or has moved away is left out: nobody is told of the rides of another condominium.
   *
   * @throws io.grpc.StatusRuntimeException when the table does not answer
   */
  Map<String, UsuarioItem> read(Set<String> ids, String condominioId) {
    Map<String, UsuarioItem> residents = new HashMap<>();
    for (List<String> some : Lists.partition(List.copyOf(ids), BatchReads.MAX_KEYS)) {
      ReadableItems.of(
              batchReads.get(some.stream().map(Keys::usuario).toList(), false),
              UsuarioItem::from,
              skipped)
          .stream()
          .filter(usuario -> usuario.condominioId().equals(condominioId))
          .forEach(usuario -> residents.put(usuario.id(), usuario));
    }
    return residents;
  }
}
