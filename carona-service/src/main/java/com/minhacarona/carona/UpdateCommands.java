package com.minhacarona.carona;

import com.google.inject.Inject;
import com.minhacarona.carona.StatusChangeResult.CaronaNaoEncontrada;
import com.minhacarona.carona.StatusChangeResult.Changed;
import com.minhacarona.carona.StatusChangeResult.TransicaoInvalida;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.v1.CaronaUpdateRequest;
import com.minhacarona.v1.CaronaUpdateRequest.MudarStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Carries out what clients ask for on their update streams. */
final class UpdateCommands {
  private final Snapshots snapshots;
  private final CaronaStatusStore statusStore;
  private final Vagas vagas;

  @Inject
  UpdateCommands(Snapshots snapshots, CaronaStatusStore statusStore, Vagas vagas) {
    this.snapshots = snapshots;
    this.statusStore = statusStore;
    this.vagas = vagas;
  }

  /** Throws when the command is refused, which does not end the stream. */
  void carryOut(CaronaUpdateRequest request, UpdateStream stream) {
    switch (request.getComandoCase()) {
      case ASSINAR -> follow(request, stream);
      case CANCELAR_ASSINATURA -> {
        stream.unfollow(CaronaProtos.subscription(request.getCancelarAssinatura()));
        stream.accept(request.getComandoId());
      }
      case MUDAR_STATUS -> {
        changeStatus(request.getMudarStatus());
        stream.accept(request.getComandoId());
      }
      case COMANDO_NOT_SET -> {
        // A sign of life.
      }
    }
  }

  /** First follows, then reads: a change in between is told by the feed, and none is lost. */
  private void follow(CaronaUpdateRequest request, UpdateStream stream) {
    Subscription asked = CaronaProtos.subscription(request.getAssinar());
    Subscription visible =
        new Subscription(
            asked.caronaIds(),
            asked.condominioIds().stream().filter(Tenant::sees).collect(Collectors.toSet()));
    Map<String, Long> known = request.getAssinar().getVersoesConhecidasMap();
    Subscription added = stream.follow(visible, known);
    try {
      stream.followed(request.getComandoId(), present(visible, known.keySet()));
    } catch (RuntimeException e) {
      stream.unfollow(added);
      throw e;
    }
  }

  /**
   * The states of what is followed. What the client had before is looked at by its id too: a ride
   * of a condominium may have become too old for {@link Snapshots#LOOKING_BACK} since.
   */
  private List<CaronaItem> present(Subscription subscription, Set<String> known) {
    Set<String> ids = new HashSet<>(subscription.caronaIds());
    ids.addAll(known);
    List<CaronaItem> present =
        snapshots.of(new Subscription(ids, subscription.condominioIds())).stream()
            .filter(carona -> Tenant.sees(carona.condominioId()))
            .filter(carona ->
                subscription.caronaIds().contains(carona.id())
                    || subscription.condominioIds().contains(carona.condominioId()))
            .toList();
    Set<String> missing = new TreeSet<>(subscription.caronaIds());
    present.forEach(carona -> missing.remove(carona.id()));
    if (!missing.isEmpty()) {
      throw Refusals.caronaNaoEncontrada(String.join(",", missing));
    }
    return present;
  }

  private void changeStatus(MudarStatus request) {
    StatusChange change = CaronaProtos.statusChange(request);
    switch (statusStore.change(change)) {
      case Changed(var carona) -> vagas.remember(carona);
      case CaronaNaoEncontrada _ -> throw Refusals.caronaNaoEncontrada(change.caronaId());
      case TransicaoInvalida(var carona) -> throw Refusals.transicaoInvalida(change, carona);
    }
  }
}
