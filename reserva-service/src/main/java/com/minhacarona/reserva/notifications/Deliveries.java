package com.minhacarona.reserva.notifications;

import com.google.inject.Inject;
import com.minhacarona.reserva.notifications.Claim.Claimed;
import com.minhacarona.reserva.notifications.Claim.Over;
import com.minhacarona.reserva.notifications.Delivery.Busy;
import com.minhacarona.reserva.notifications.Delivery.Failed;
import com.minhacarona.reserva.notifications.Delivery.Quiet;
import com.minhacarona.reserva.notifications.Delivery.Refused;
import com.minhacarona.reserva.notifications.Delivery.Repeated;
import com.minhacarona.reserva.notifications.Delivery.Sent;
import com.minhacarona.reserva.notifications.Delivery.Skipped;
import com.minhacarona.table.AvisoItem;
import com.minhacarona.table.AvisoItem.Status;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells one resident of an event on one channel, once, and as the resident wishes. Thread-safe. */
final class Deliveries {
  /**
   * A provider answers within a second; a slower one is in trouble. All attempts together. A queue
   * that stops waits for 4 s, so that what was begun before is written down.
   */
  static final Duration MAX_SEND = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final Avisos avisos;
  private final Clock clock;
  private volatile boolean leaving;

  @Inject
  Deliveries(Avisos avisos, Clock clock) {
    this.avisos = avisos;
    this.clock = clock;
  }

  /** Sends nothing any more; what is being sent goes on to its end. */
  void leave() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  /**
   * Tells it. Never throws: one resident's trouble must not keep the others from being told.
   *
   * @param zone in which the resident's clock shows the time
   * @param texts is made only when it is sent
   */
  Delivery deliver(
      Notice notice,
      Happening happening,
      UsuarioItem usuario,
      ZoneId zone,
      Channel channel,
      Supplier<Texts> texts) {
    try {
      Optional<Delivery> before = wishes(notice, happening, usuario, zone, channel.canal());
      if (before.isPresent()) {
        return before.get();
      }
      return switch (avisos.claim(happening.event().id(), usuario.id(), channel.canal())) {
        case Over _ -> new Repeated();
        case Claim.Busy busy -> new Busy(busy.until());
        case Claimed claimed ->
            send(claimed.aviso(), channel, usuario.address(channel.canal()), texts);
      };
    } catch (RuntimeException e) {
      return new Failed(e);
    }
  }

  /** What the resident wishes, and so what becomes of it unless it is sent now. */
  private Optional<Delivery> wishes(
      Notice notice, Happening happening, UsuarioItem usuario, ZoneId zone, Canal canal) {
    if (usuario.avisosRecusados().contains(notice.kind().eventName())) {
      return Optional.of(Skipped.OPTED_OUT);
    }
    if (!usuario.canais().contains(canal)) {
      return Optional.of(Skipped.NO_CONSENT);
    }
    if (usuario.address(canal).isEmpty()) {
      return Optional.of(Skipped.NO_CONTACT);
    }
    return switch (canal) {
      // It makes no sound, and waits in the mailbox until the resident looks.
      case EMAIL -> Optional.empty();
      case SMS, PUSH ->
          QuietHours.end(usuario, zone, clock.instant())
              .filter(end -> !departsBefore(happening, end))
              .map(Quiet::new);
    };
  }

  private static boolean departsBefore(Happening happening, Instant end) {
    return happening.partida().filter(partida -> partida.isBefore(end)).isPresent();
  }

  private Delivery send(AvisoItem claimed, Channel channel, String address, Supplier<Texts> texts) {
    if (leaving) {
      avisos.release(claimed);
      return new Busy(clock.instant());
    }
    SendResult result;
    try {
      result = channel.send(address, texts.get());
    } catch (RuntimeException e) {
      // A fault of ours. Whether it was sent, nobody knows, and not to be told is worse than twice.
      return released(claimed, e);
    }
    return switch (result) {
      case SendResult.Sent _ -> {
        avisos.end(claimed, Status.ENVIADO);
        yield new Sent();
      }
      case SendResult.Refused refused -> {
        LOG.warn(
            "The provider will not take {} to a resident, usuario_id={} code={}",
            channel.canal(),
            claimed.usuarioId(),
            refused.code());
        avisos.end(claimed, Status.RECUSADO);
        yield new Refused();
      }
      case SendResult.Failed failed -> released(claimed, failed.cause());
    };
  }

  private Failed released(AvisoItem claimed, RuntimeException cause) {
    try {
      avisos.release(claimed);
    } catch (RuntimeException e) {
      // The claim runs out by itself.
      cause.addSuppressed(e);
    }
    return new Failed(cause);
  }
}
