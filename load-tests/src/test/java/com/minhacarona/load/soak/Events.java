package com.minhacarona.load.soak;

import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.runtime.dynamodb.TableChange;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.Keys;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.table.ReservaItem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Holds the published events against the changes of the table. Each change of a status, and each
 * refusal by the queue, must be an event, perhaps published several times, and there must be no
 * other. Looks at the names and ids of events, not at what they carry.
 */
final class Events {
  private final Set<String> expected = ConcurrentHashMap.newKeySet();

  /** Notes which event a change has to be. */
  void note(TableChange change) {
    change.newImage().flatMap(after -> event(change.oldImage(), after)).ifPresent(expected::add);
  }

  int expected() {
    return expected.size();
  }

  /** What was published without a change, or was not published. */
  List<String> complaints(List<DomainEvent> published) {
    Set<String> told =
        published.stream()
            .map(event -> event.type().eventName() + " " + event.id())
            .collect(Collectors.toSet());
    List<String> complaints = new ArrayList<>();
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(told);
    missing.forEach(event -> complaints.add("no event was published: " + event));
    Set<String> invented = new HashSet<>(told);
    invented.removeAll(expected);
    invented.forEach(event -> complaints.add("an event of no change was published: " + event));
    return complaints;
  }

  private static Optional<String> event(
      Optional<Map<String, AttributeValue>> before, Map<String, AttributeValue> after) {
    if (Keys.isCarona(after)) {
      return ofCarona(before.map(CaronaItem::from), CaronaItem.from(after));
    }
    if (Keys.isReserva(after)) {
      return ofReserva(before.map(ReservaItem::from), ReservaItem.from(after));
    }
    if (before.isPresent() || !Keys.isRecusa(after)) {
      return Optional.empty();
    }
    RecusaItem recusa = RecusaItem.from(after);
    return Optional.of(
        name(
            "reserva.recusada",
            recusa.caronaId() + "/" + recusa.usuarioId() + "/" + recusa.requestId()));
  }

  private static Optional<String> ofCarona(Optional<CaronaItem> before, CaronaItem after) {
    String id = after.id() + "/" + after.versao();
    if (before.isEmpty()) {
      return Optional.of(name("carona.criada", id));
    }
    if (before.get().status() == after.status()) {
      return Optional.empty();
    }
    return Optional.of(
        after.status() == CaronaItem.Status.ABERTA
            ? name("carona.reaberta", id)
            : name("carona." + after.status().name().toLowerCase(Locale.ROOT), id));
  }

  private static Optional<String> ofReserva(Optional<ReservaItem> before, ReservaItem after) {
    return before.filter(reserva -> reserva.status() == after.status()).isPresent()
        ? Optional.empty()
        : Optional.of(
            name(
                "reserva." + after.status().name().toLowerCase(Locale.ROOT),
                after.caronaId() + "/" + after.usuarioId() + "/" + after.versao()));
  }

  private static String name(String event, String id) {
    return event + " " + id;
  }
}
