package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.SemPermissao;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Caller;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.table.CaronaItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Carries out commands of update streams on the stored rides. */
final class UpdateCommands implements Commands {
  /**
   * Of messages whose commands are being carried out on a task. The heap holds some four bytes for
   * each: 16 MB.
   */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** One batch read. Few rides are older than those that are listed, and still of interest. */
  static final int MAX_OLDER = 100;

  private final Snapshots snapshots;
  private final SharedSnapshots shared;
  private final CaronaStatusStore statusStore;
  private final RecentCaronas recent;
  private final StoreShare share;
  private final Semaphore memory = new Semaphore(MAX_BYTES);

  @Inject
  UpdateCommands(
      Snapshots snapshots,
      SharedSnapshots shared,
      CaronaStatusStore statusStore,
      RecentCaronas recent,
      StoreShare share) {
    this.snapshots = snapshots;
    this.shared = shared;
    this.statusStore = statusStore;
    this.recent = recent;
    this.share = share;
  }

  @Override
  public void admit(int bytes, Runnable command) {
    if (!memory.tryAcquire(bytes)) {
      throw Errors.shed();
    }
    try {
      command.run();
    } finally {
      memory.release(bytes);
    }
  }

  @Override
  public PresentStates read(Caller caller, Subscription subscription, Set<String> claimed) {
    Map<String, List<CaronaItem>> ofCondominios = new HashMap<>();
    subscription.condominioIds().forEach(id -> ofCondominios.put(id, shared.of(id)));
    Set<String> listed =
        ofCondominios.values().stream()
            .flatMap(List::stream)
            .map(CaronaItem::id)
            .collect(Collectors.toSet());
    Set<String> ids = new TreeSet<>(subscription.caronaIds());
    claimed.stream()
        .filter(id -> !listed.contains(id) && !subscription.caronaIds().contains(id))
        .sorted()
        .limit(MAX_OLDER)
        .forEach(ids::add);
    ids.removeAll(listed);
    List<CaronaItem> caronas =
        ids.isEmpty()
            ? List.of()
            : share.inTurn(() -> snapshots.of(new Subscription(ids, Set.of()))).stream()
                .filter(carona -> caller.sees(carona.condominioId()))
                .toList();
    Set<String> missing = new TreeSet<>(subscription.caronaIds());
    missing.removeAll(listed);
    caronas.forEach(carona -> missing.remove(carona.id()));
    if (!missing.isEmpty()) {
      throw Refusals.caronaNaoEncontrada(String.join(",", missing));
    }
    return new PresentStates(ofCondominios, caronas);
  }

  @Override
  public void changeStatus(StatusChange change) {
    switch (share.inTurn(() -> statusStore.change(change))) {
      case Changed(var carona) -> recent.remember(carona);
      case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
      case SemPermissao _ -> throw Errors.permissionDenied();
      case TransicaoInvalida(var carona) -> throw Refusals.transicaoInvalida(change, carona);
    }
  }
}
