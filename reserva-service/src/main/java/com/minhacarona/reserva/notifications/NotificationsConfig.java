package com.minhacarona.reserva.notifications;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How residents are told.
 *
 * @param mailFrom the address that e-mails come from; without one, no e-mail is sent
 * @param replyTo where answers to an e-mail go, in place of {@code mailFrom}
 * @param unsubscribe the page where residents change what they are told
 * @param zone the time zone of residents who have given none
 * @param sesEndpoint another address than AWS's; it never gets real credentials
 * @param snsEndpoint likewise
 */
public record NotificationsConfig(
    Optional<String> mailFrom,
    Optional<String> replyTo,
    Optional<URI> unsubscribe,
    ZoneId zone,
    Optional<URI> sesEndpoint,
    Optional<URI> snsEndpoint) {

  /** Where most of Brazil lives. */
  public static final ZoneId DEFAULT_ZONE = ZoneId.of("America/Sao_Paulo");

  private static final String FROM = "MINHA_CARONA_MAIL_FROM";

  /** Printable ASCII without the characters that an address would have to quote. */
  private static final Pattern MAIL =
      Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+");

  private static final String MAIL_IN_WORDS = "an e-mail address, without a name";

  /**
   * Reads the settings.
   *
   * @param read whether this process reads the queue of notifications. If so, it must know where
   *     e-mails come from: without that most residents would be told nothing, and nobody would
   *     notice
   */
  public static NotificationsConfig from(Environment environment, boolean read) {
    Optional<String> mailFrom = environment.matching(FROM, MAIL, MAIL_IN_WORDS);
    if (read && !environment.isSet(FROM)) {
      environment.problem(FROM + " is not set, and e-mails to residents need it");
    }
    return new NotificationsConfig(
        mailFrom,
        environment.matching("MINHA_CARONA_MAIL_REPLY_TO", MAIL, MAIL_IN_WORDS),
        environment.address("MINHA_CARONA_MAIL_UNSUBSCRIBE"),
        environment
            .parsed(
                "MINHA_CARONA_TIME_ZONE",
                "a time zone, such as America/Sao_Paulo",
                NotificationsConfig::zone)
            .orElse(DEFAULT_ZONE),
        environment.address("MINHA_CARONA_SES_ENDPOINT"),
        environment.address("MINHA_CARONA_SNS_ENDPOINT"));
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
