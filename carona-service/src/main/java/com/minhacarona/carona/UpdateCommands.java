package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaItem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Carries out commands of update streams on the stored rides. */
final class UpdateCommands implements Commands {
  private final Snapshots snapshots;
  private final SharedSnapshots shared;
  private final CaronaStatusStore statusStore;
  private final Vagas vagas;
  private final StoreShare share;

  @Inject
  UpdateCommands(
      Snapshots snapshots,
      SharedSnapshots shared,
      CaronaStatusStore statusStore,
      Vagas vagas,
      StoreShare share) {
    this.snapshots = snapshots;
    this.shared = shared;
    this.statusStore = statusStore;
    this.vagas = vagas;
    this.share = share;
  }

  /**
   * Looks for the rides that the client has by their ids too, unless they are among those of the
   * condominium: one may have become too old for {@link StoredSnapshots#LOOKING_BACK} since, and
   * one that the stream follows already may not have the version that the client says it has.
   */
  @Override
  public List<CaronaItem> read(Subscription subscription, Set<String> known) {
    Map<String, CaronaItem> present = new LinkedHashMap<>();
    for (String condominio : subscription.condominioIds()) {
      shared.of(condominio).forEach(carona -> present.put(carona.id(), carona));
    }
    Set<String> ids = new HashSet<>(subscription.caronaIds());
    ids.addAll(known);
    ids.removeAll(present.keySet());
    if (!ids.isEmpty()) {
      share
          .inTurn(() -> snapshots.of(new Subscription(ids, Set.of())))
          .forEach(carona -> present.put(carona.id(), carona));
    }
    List<CaronaItem> seen =
        present.values().stream().filter(carona -> Tenant.sees(carona.condominioId())).toList();
    Set<String> missing = new TreeSet<>(subscription.caronaIds());
    seen.forEach(carona -> missing.remove(carona.id()));
    if (!missing.isEmpty()) {
      throw Refusals.caronaNaoEncontrada(String.join(",", missing));
    }
    return seen;
  }

  @Override
  public void changeStatus(StatusChange change) {
    switch (share.inTurn(() -> statusStore.change(change))) {
      case Changed(var carona) -> vagas.remember(carona);
      case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
      case TransicaoInvalida(var carona) -> throw Refusals.transicaoInvalida(change, carona);
    }
  }
}
