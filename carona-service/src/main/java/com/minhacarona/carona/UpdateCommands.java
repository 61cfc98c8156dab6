package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaItem;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Carries out commands of update streams on the stored rides. */
final class UpdateCommands implements Commands {
  private final Snapshots snapshots;
  private final CaronaStatusStore statusStore;
  private final Vagas vagas;

  @Inject
  UpdateCommands(Snapshots snapshots, CaronaStatusStore statusStore, Vagas vagas) {
    this.snapshots = snapshots;
    this.statusStore = statusStore;
    this.vagas = vagas;
  }

  /**
   * Looks for the rides that the client has by their ids too: a ride of a condominium may have
   * become too old for {@link StoredSnapshots#LOOKING_BACK} since, and one that the stream follows
   * already may not have the version that the client says it has.
   */
  @Override
  public List<CaronaItem> read(Subscription subscription, Set<String> known) {
    Set<String> ids = new HashSet<>(subscription.caronaIds());
    ids.addAll(known);
    List<CaronaItem> present =
        snapshots.of(new Subscription(ids, subscription.condominioIds())).stream()
            .filter(carona -> Tenant.sees(carona.condominioId()))
            .toList();
    Set<String> missing = new TreeSet<>(subscription.caronaIds());
    present.forEach(carona -> missing.remove(carona.id()));
    if (!missing.isEmpty()) {
      throw Refusals.caronaNaoEncontrada(String.join(",", missing));
    }
    return present;
  }

  @Override
  public void changeStatus(StatusChange change) {
    switch (statusStore.change(change)) {
      case Changed(var carona) -> vagas.remember(carona);
      case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
      case TransicaoInvalida(var carona) -> throw Refusals.transicaoInvalida(change, carona);
    }
  }
}
