package com.minhacarona.reserva.notifications;

import static com.minhacarona.reserva.notifications.MessageKind.CARONA_CANCELADA_MOTORISTA;
import static com.minhacarona.reserva.notifications.MessageKind.CARONA_EM_ANDAMENTO_PASSAGEIRO;
import static com.minhacarona.reserva.notifications.MessageKind.CARONA_LOTADA_MOTORISTA;
import static com.minhacarona.reserva.notifications.MessageKind.RESERVA_CANCELADA_MOTORISTA;
import static com.minhacarona.reserva.notifications.MessageKind.RESERVA_CANCELADA_PASSAGEIRO;
import static com.minhacarona.reserva.notifications.MessageKind.RESERVA_CONFIRMADA_MOTORISTA;
import static com.minhacarona.reserva.notifications.MessageKind.RESERVA_CONFIRMADA_PASSAGEIRO;
import static com.minhacarona.reserva.notifications.MessageKind.RESERVA_RECUSADA_PASSAGEIRO;

import com.google.inject.Inject;
import com.minhacarona.runtime.dynamodb.Reads;
import com.minhacarona.runtime.dynamodb.SkippedItems;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.CaronaPartition;
import com.minhacarona.table.CaronaPartition.Page;
import com.minhacarona.table.Keys;
import com.minhacarona.table.ReadableItems;
import com.minhacarona.table.ReservaItem;
import com.minhacarona.table.ReservaItem.Status;
import com.minhacarona.v1.ReservaCancelada;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says whom an event concerns, and what each of them is told. Thread-safe. */
final class Audience {
  private static final String JA_EXISTE = "RESERVA_JA_EXISTE";

  private final Reads reads;
  private final SkippedItems skipped;

  @Inject
  Audience(Reads reads, SkippedItems skipped) {
    this.reads = reads;
    this.skipped = skipped;
  }

  /**
   * The residents whom it concerns. Of a ride that has left, its passengers are read from the
   * table, because the event does not name them.
   *
   * @throws io.grpc.StatusRuntimeException when the table does not answer
   */
  List<Notice> of(Happening happening) {
    return switch (happening.event().type()) {
      case RESERVA_CONFIRMADA ->
          List.of(
              new Notice(RESERVA_CONFIRMADA_PASSAGEIRO, happening.passageiroId()),
              toDriver(RESERVA_CONFIRMADA_MOTORISTA, happening));
      case RESERVA_RECUSADA ->
          List.of(new Notice(RESERVA_RECUSADA_PASSAGEIRO, happening.passageiroId()));
      case RESERVA_CANCELADA ->
          withTheRide(happening)
              ? List.of(new Notice(RESERVA_CANCELADA_PASSAGEIRO, happening.passageiroId()))
              : List.of(toDriver(RESERVA_CANCELADA_MOTORISTA, happening));
      case CARONA_LOTADA -> List.of(toDriver(CARONA_LOTADA_MOTORISTA, happening));
      case CARONA_CANCELADA -> List.of(toDriver(CARONA_CANCELADA_MOTORISTA, happening));
      case CARONA_EM_ANDAMENTO ->
          passengers(happening.carona().orElseThrow().getId()).stream()
              .map(passageiro -> new Notice(CARONA_EM_ANDAMENTO_PASSAGEIRO, passageiro))
              .toList();
      case RESERVA_CONCLUIDA,
          RESERVA_NAO_COMPARECEU,
          CARONA_CRIADA,
          CARONA_REABERTA,
          CARONA_CONCLUIDA ->
          List.of();
    };
  }

  /**
   * Whether what it tells is no longer so, or not the last word: a message that comes late, after a
   * quiet night or an outage, may let somebody wait in vain, or wait for nobody. Whatever came
   * after it has an event of its own.
   *
   * @throws io.grpc.StatusRuntimeException when the table does not answer
   */
  boolean isOvertaken(Happening happening) {
    return switch (happening.event().type()) {
      case RESERVA_CONFIRMADA, RESERVA_CANCELADA ->
          reserva(happening).filter(now -> now.versao() > happening.reservaVersao()).isPresent();
      // Who has a reservation already was refused for that reason, and has it still.
      case RESERVA_RECUSADA ->
          !happening.reason().equals(JA_EXISTE)
              && reserva(happening).filter(now -> now.status() == Status.CONFIRMADA).isPresent();
      case CARONA_LOTADA ->
          carona(happening)
              .filter(now -> now.versao() > happening.carona().orElseThrow().getVersao())
              .filter(now -> now.status() != CaronaItem.Status.LOTADA)
              .isPresent();
      case RESERVA_CONCLUIDA,
          RESERVA_NAO_COMPARECEU,
          CARONA_CRIADA,
          CARONA_REABERTA,
          CARONA_EM_ANDAMENTO,
          CARONA_CONCLUIDA,
          CARONA_CANCELADA ->
          false;
    };
  }

  /** The passenger's reservation as it is now. */
  private Optional<ReservaItem> reserva(Happening happening) {
    return happening
        .carona()
        .flatMap(carona -> reads.item(Keys.reserva(carona.getId(), happening.passageiroId()), true))
        .flatMap(item -> ReadableItems.one(item, ReservaItem::from, skipped));
  }

  /** The ride as it is now. */
  private Optional<CaronaItem> carona(Happening happening) {
    return reads
        .item(Keys.carona(happening.carona().orElseThrow().getId()), true)
        .flatMap(item -> ReadableItems.one(item, CaronaItem::from, skipped));
  }

  private static Notice toDriver(MessageKind kind, Happening happening) {
    return new Notice(kind, happening.carona().orElseThrow().getMotoristaId());
  }

  private static boolean withTheRide(Happening happening) {
    return ((ReservaCancelada) happening.event().data()).getComACarona();
  }

  /** A ride has 50 seats at most, so that this takes a page or two. */
  private List<String> passengers(String caronaId) {
    List<String> passengers = new ArrayList<>();
    Optional<Page> previous = Optional.empty();
    do {
      Page page =
          CaronaPartition.page(
              reads.query(CaronaPartition.query(caronaId, previous).consistentRead(true)), skipped);
      page.reservas().stream()
          .filter(reserva -> reserva.status() == Status.CONFIRMADA)
          .map(ReservaItem::usuarioId)
          .forEach(passengers::add);
      previous = Optional.of(page);
    } while (previous.get().more());
    return passengers;
  }
}
