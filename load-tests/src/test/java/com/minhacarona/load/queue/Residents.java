package com.minhacarona.load.queue;

import com.minhacarona.reserva.notifications.FakeProviders.Mail;
import com.minhacarona.table.CaronaItem;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** People of one condominium who read their e-mails, their rides, and what they are told. */
public final class Residents {
  /** Where all of them live. */
  public static final String CONDOMINIO = "cond-queues";

  private static final String MAIL_DOMAIN = "@exemplo.com.br";

  /** A resident with an e-mail address, whose name is the id. */
  static UsuarioItem resident(String id, String... notWanted) {
    return new UsuarioItem(
        id,
        CONDOMINIO,
        id,
        id + MAIL_DOMAIN,
        "",
        "",
        Set.of(Canal.EMAIL),
        Set.of(notWanted),
        Optional.empty(),
        Optional.empty());
  }

  /** An open ride tomorrow, whose driver is named after it. */
  public static CaronaItem carona(int vagas) {
    String id = UUID.randomUUID().toString();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return new CaronaItem(
        id,
        CONDOMINIO,
        driver(id),
        "Portaria",
        "Metrô",
        now.plus(Duration.ofDays(1)),
        vagas,
        vagas,
        CaronaItem.Status.ABERTA,
        1,
        Optional.empty(),
        "",
        "",
        now,
        now);
  }

  static String driver(String caronaId) {
    return "d-" + caronaId;
  }

  /** Stores rides with their drivers, and residents. */
  static void store(LocalDynamoDb table, List<CaronaItem> caronas, List<UsuarioItem> residents) {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    for (CaronaItem carona : caronas) {
      items.add(carona.toItem());
      items.add(carona.toPointer());
      items.add(resident(carona.motoristaId()).toItem());
    }
    residents.forEach(resident -> items.add(resident.toItem()));
    table.putAll(items);
  }

  /** A new request for one seat. */
  public static ProcessarReservaRequest request(String caronaId, String usuarioId) {
    return ProcessarReservaRequest.newBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .setCaronaId(caronaId)
        .setUsuarioId(usuarioId)
        .setCondominioId(CONDOMINIO)
        .setVagas(1)
        .build();
  }

  /** What the passenger is told of a booking. */
  static String booked(String passenger) {
    return passenger + ": Reserva confirmada";
  }

  /** What the driver is told of it. */
  static String toDriver(String passenger, String caronaId) {
    return driver(caronaId) + ": " + passenger + " reservou";
  }

  /** What the driver is told when the last seat is booked. */
  static String full(String caronaId) {
    return driver(caronaId) + ": Sua carona está lotada";
  }

  /** What is told of a request that is refused. */
  static String refused(String who) {
    return who + ": Reserva recusada";
  }

  /** What the passengers of a cancelled ride are told. */
  static String cancelled(String passenger) {
    return passenger + ": Carona cancelada";
  }

  /** What its driver is told. */
  static String cancelledByDriver(String caronaId) {
    return driver(caronaId) + ": Sua carona foi cancelada";
  }

  /** How often each of these things was told. */
  static Map<String, Integer> told(List<Mail> mails) {
    Map<String, Integer> told = new TreeMap<>();
    mails.forEach(mail -> told.merge(told(mail), 1, Integer::sum));
    return told;
  }

  static String told(Mail mail) {
    String what = mail.subject().split(":", 2)[0];
    int end = what.indexOf(" reservou");
    return mail.to().replace(MAIL_DOMAIN, "")
        + ": "
        + (end < 0 ? what : what.substring(0, end) + " reservou");
  }

  private Residents() {}
}
