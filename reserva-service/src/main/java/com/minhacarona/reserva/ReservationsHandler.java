package com.minhacarona.reserva;

import com.google.inject.Inject;
import com.minhacarona.reserva.BookingResult.Booked;
import com.minhacarona.reserva.BookingResult.RecusadaAntes;
import com.minhacarona.reserva.BookingResult.Refused;
import com.minhacarona.reserva.BookingResult.Repeated;
import com.minhacarona.reserva.RecusaStore.Recusada;
import com.minhacarona.reserva.RecusaStore.Reservada;
import com.minhacarona.reserva.events.DomainEvents;
import com.minhacarona.reserva.events.EventTopic;
import com.minhacarona.reserva.events.ProtoJson;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.queue.MessageHandler;
import com.minhacarona.runtime.queue.QueueMessage;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Poison;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.RecusaItem;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Books what the queue asks for, by the rules of {@code ProcessarReserva}. A message is a {@code
 * ProcessarReservaRequest} as protobuf JSON.
 *
 * <p>A booking is confirmed by the event that the table's change becomes, and never from here. A
 * refusal is remembered before it is told. From then on the request books nothing by the queue, so
 * nobody is told both, however often and wherever the message is delivered.
 *
 * <p>Whoever may put messages into the queue may book for every resident: the queue's policy and
 * IAM decide who that is. As with a call, a ride of another condominium than the request's is not
 * found. Thread-safe.
 */
final class ReservationsHandler implements MessageHandler {
  private static final Verdict REPEATED = new Done("repeated");

  private final ReservaStore store;
  private final RecusaStore recusas;
  private final EventTopic topic;
  private final ReservaMetrics metrics;
  private final Clock clock;

  @Inject
  ReservationsHandler(
      ReservaStore store,
      RecusaStore recusas,
      EventTopic topic,
      ReservaMetrics metrics,
      Clock clock) {
    this.store = store;
    this.recusas = recusas;
    this.topic = topic;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public Verdict handle(QueueMessage message) {
    NewReserva newReserva;
    try {
      newReserva = newReserva(message.body());
    } catch (IllegalArgumentException e) {
      return new Poison(Errors.ARGUMENTO_INVALIDO, String.valueOf(e.getMessage()));
    }
    return switch (metrics.ended(store.book(newReserva))) {
      case Booked _ -> new Done("booked");
      case Repeated _ -> REPEATED;
      case RecusadaAntes(var recusa) -> tell(recusa);
      case Refused refused -> refuse(recusa(newReserva, Refusals.of(newReserva, refused)));
    };
  }

  private static NewReserva newReserva(String json) {
    ProcessarReservaRequest.Builder request = ProcessarReservaRequest.newBuilder();
    ProtoJson.read(json, request);
    return ReservaProtos.queued(request.build());
  }

  private Verdict refuse(RecusaItem recusa) {
    return switch (recusas.remember(recusa)) {
      case Recusada(var remembered) -> tell(remembered);
      case Reservada _ -> REPEATED;
    };
  }

  private Verdict tell(RecusaItem recusa) {
    Optional<CaronaItem> carona =
        store
            .find(recusa.caronaId(), recusa.usuarioId())
            .carona()
            .filter(read -> read.condominioId().equals(recusa.condominioId()));
    topic.publish(DomainEvents.ofRecusa(recusa, carona));
    return new Done("refused");
  }

  private RecusaItem recusa(NewReserva newReserva, Refusal refusal) {
    return new RecusaItem(
        newReserva.caronaId(),
        newReserva.usuarioId(),
        newReserva.requestId(),
        newReserva.condominioId(),
        newReserva.vagas(),
        refusal.reason(),
        refusal.message(),
        refusal.metadata(),
        clock.instant().truncatedTo(ChronoUnit.MILLIS));
  }
}
