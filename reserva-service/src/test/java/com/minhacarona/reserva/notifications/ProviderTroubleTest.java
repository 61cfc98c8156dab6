package com.minhacarona.reserva.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.minhacarona.reserva.events.DomainEvent;
import com.minhacarona.reserva.events.EventType;
import com.minhacarona.reserva.notifications.FakeProviders.Failure;
import com.minhacarona.reserva.notifications.FakeProviders.Mail;
import com.minhacarona.runtime.queue.Verdict;
import com.minhacarona.runtime.queue.Verdict.Done;
import com.minhacarona.runtime.queue.Verdict.Trouble;
import com.minhacarona.table.Examples;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.v1.Carona;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What becomes of messages that a provider does not take. */
@Tag("dynamodb")
class ProviderTroubleTest {
  @RegisterExtension static final NotifierFixture FIXTURE = new NotifierFixture();

  private static final int ALWAYS = 1_000;

  private static final Map<Canal, String> REFUSALS =
      Map.of(
          Canal.EMAIL, "MessageRejected",
          Canal.SMS, "InvalidParameter",
          Canal.PUSH, "EndpointDisabled");

  private UsuarioItem davi;
  private DomainEvent event;

  @BeforeEach
  void store() {
    davi = FIXTURE.resident("Davi");
    event = FIXTURE.event(EventType.CARONA_LOTADA, FIXTURE.carona(davi.id()), "");
  }

  @ParameterizedTest
  @CsvSource({
    "EMAIL, 400, MessageRejected, Address blacklisted",
    "EMAIL, 400, BadRequestException, Missing final '@domain'",
    "SMS, 400, InvalidParameter, Invalid parameter: PhoneNumber",
    "SMS, 400, OptedOut, The phone number is opted out",
    "PUSH, 400, EndpointDisabled, Endpoint is disabled",
    "PUSH, 400, InvalidParameter, No endpoint found for the target arn specified",
    "PUSH, 404, NotFound, Endpoint does not exist"
  })
  void aRefusalOfAnAddress_isFinal(Canal canal, int status, String code, String message) {
    FIXTURE.providers.fail(canal, davi.address(canal), ALWAYS, new Failure(status, code, message));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.count("refused")).isEqualTo(1);
    assertThat(FIXTURE.count("sent")).isEqualTo(2);
    assertThat(
            FIXTURE
                .meters
                .counter(
                    NotificationMetrics.PROVIDER,
                    "channel",
                    canal.name().toLowerCase(Locale.ROOT),
                    "outcome",
                    "refused")
                .count())
        .isEqualTo(1);
    FIXTURE.providers.recover();
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.count("repeated")).isEqualTo(3);
    assertThat(sent()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "EMAIL, 429, TooManyRequestsException, slow down",
    "EMAIL, 400, LimitExceededException, quota",
    "EMAIL, 400, MessageRejected, Email address is not verified: avisos@minhacarona.com.br",
    "EMAIL, 400, MailFromDomainNotVerifiedException, no",
    "EMAIL, 400, AccountSuspendedException, no",
    "EMAIL, 400, SendingPausedException, no",
    "EMAIL, 404, NotFoundException, no",
    "EMAIL, 403, AccessDeniedException, no",
    "EMAIL, 500, InternalFailure, no",
    "SMS, 429, Throttled, slow down",
    "SMS, 403, AuthorizationError, no",
    "SMS, 500, InternalError, no",
    "PUSH, 400, PlatformApplicationDisabled, no",
    "PUSH, 503, ServiceUnavailable, no"
  })
  void trouble_keepsTheMessage_andTellsTheRest(
      Canal canal, int status, String code, String message) {
    FIXTURE.providers.fail(canal, davi.address(canal), ALWAYS, new Failure(status, code, message));
    assertThat(FIXTURE.handle(event))
        .isInstanceOfSatisfying(
            Trouble.class,
            trouble ->
                assertThat(trouble.cause())
                    .hasMessageContaining(code)
                    .hasMessageNotContaining(message));
    assertThat(sent()).isEqualTo(2);
    FIXTURE.providers.recover();
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(sent()).isEqualTo(3);
    assertThat(FIXTURE.count("repeated")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "EMAIL, 400, BadRequestException, Invalid header value: List-Unsubscribe",
    "EMAIL, 400, MessageRejected, The message contains invalid content",
    "SMS, 400, InvalidParameterValue, The value of MessageAttribute SMSType is invalid",
    "PUSH, 400, InvalidParameter, Invalid parameter: Message too long"
  })
  void aMistakeOfOurs_isAFault_andNotWrittenDownForTheResident(
      Canal canal, int status, String code, String message) {
    FIXTURE.providers.fail(canal, davi.address(canal), ALWAYS, new Failure(status, code, message));
    assertThatThrownBy(() -> FIXTURE.handle(event))
        .isInstanceOf(UnacceptableMessageException.class)
        .hasMessageContaining(code)
        .hasMessageNotContaining(message);
    assertThat(sent()).isEqualTo(2);
    FIXTURE.providers.recover();
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(sent()).isEqualTo(3);
  }

  @Test
  void aShortThrottling_isOvercome_withoutARepeat() {
    FIXTURE.providers.fail(
        Canal.EMAIL, "", 1, new Failure(429, "TooManyRequestsException", "slow down"));
    assertThat(FIXTURE.handle(event)).isEqualTo(new Done("told"));
    assertThat(sent()).isEqualTo(3);
  }

  @Test
  void onePassengerOfFifty_whoCannotBeTold_isToldLater_andTheOthersOnce() {
    Carona carona = FIXTURE.carona(davi.id());
    List<UsuarioItem> passengers = passengers(carona, 50);
    UsuarioItem unlucky = passengers.get(20);
    FIXTURE.providers.fail(
        Canal.EMAIL, unlucky.email(), ALWAYS, new Failure(500, "InternalFailure", "no"));
    DomainEvent left = FIXTURE.event(EventType.CARONA_EM_ANDAMENTO, carona, "");
    assertThat(FIXTURE.handle(left)).isInstanceOf(Trouble.class);
    assertThat(FIXTURE.providers.mails())
        .hasSize(49)
        .extracting(Mail::to)
        .doesNotContain(unlucky.email());
    FIXTURE.providers.recover();
    assertThat(FIXTURE.handle(left)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails())
        .extracting(Mail::to)
        .containsExactlyInAnyOrderElementsOf(passengers.stream().map(UsuarioItem::email).toList());
  }

  @Test
  void aProvider_thatIsAway_isAskedOnlyAFewTimes() {
    Carona carona = FIXTURE.carona(davi.id());
    passengers(carona, 20);
    FIXTURE.providers.fail(Canal.EMAIL, "", ALWAYS, new Failure(403, "AccessDenied", "no"));
    DomainEvent left = FIXTURE.event(EventType.CARONA_EM_ANDAMENTO, carona, "");
    assertThat(FIXTURE.handle(left)).isInstanceOf(Trouble.class);
    assertThat(FIXTURE.providers.requests()).isEqualTo(Round.MAX_FAILURES);
    FIXTURE.providers.recover();
    assertThat(FIXTURE.handle(left)).isEqualTo(new Done("told"));
    assertThat(FIXTURE.providers.mails()).hasSize(20);
  }

  @Test
  void whoeverComesAfterManyFailures_isToldAllTheSame() {
    Carona carona = FIXTURE.carona(davi.id());
    List<UsuarioItem> inOrder =
        passengers(carona, 20).stream().sorted(Comparator.comparing(UsuarioItem::id)).toList();
    List<UsuarioItem> unlucky = inOrder.subList(0, Round.MAX_FAILURES);
    unlucky.forEach(passenger ->
        FIXTURE.providers.fail(
            Canal.EMAIL, passenger.email(), ALWAYS, new Failure(403, "AccessDenied", "no")));
    DomainEvent left = FIXTURE.event(EventType.CARONA_EM_ANDAMENTO, carona, "");
    // In each of these rounds, a lucky one comes after all five with a chance of one in six.
    for (int round = 0; round < 30; round++) {
      assertThat(FIXTURE.handle(left)).isInstanceOf(Trouble.class);
    }
    assertThat(FIXTURE.providers.mails())
        .extracting(Mail::to)
        .containsExactlyInAnyOrderElementsOf(
            inOrder.subList(Round.MAX_FAILURES, inOrder.size()).stream()
                .map(UsuarioItem::email)
                .toList());
  }

  @Test
  void noLine_namesAPersonOrAnAddress() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger ours = (Logger) LoggerFactory.getLogger("com.minhacarona");
    root.addAppender(lines);
    ours.setLevel(Level.TRACE);
    try {
      for (Canal canal : Canal.values()) {
        String address = davi.address(canal);
        FIXTURE.providers.fail(
            canal, address, 1, new Failure(400, "AccessDenied", "not for " + address));
        FIXTURE.providers.fail(
            canal, address, 1, new Failure(400, REFUSALS.get(canal), "not for " + address));
      }
      Verdict first = FIXTURE.handle(event);
      assertThat(first)
          .isInstanceOfSatisfying(
              Trouble.class, trouble -> assertNobodyIn(stackTrace(trouble.cause())));
      assertThat(FIXTURE.handle(event)).isEqualTo(new Done("refused"));
    } finally {
      root.detachAppender(lines);
      ours.setLevel(null);
    }
    assertThat(lines.list)
        .filteredOn(line -> line.getLoggerName().equals(Deliveries.class.getName()))
        .hasSize(3);
    lines.list.forEach(line -> assertNobodyIn(line.getFormattedMessage()));
  }

  private void assertNobodyIn(String text) {
    assertThat(text)
        .doesNotContain(davi.email(), davi.telefone(), davi.pushEndpoint(), davi.nome());
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Passengers who want e-mails only. */
  private static List<UsuarioItem> passengers(Carona carona, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> {
          UsuarioItem passenger =
              FIXTURE.withWishes(
                  FIXTURE.resident("P" + i), EnumSet.of(Canal.EMAIL), Set.of(), Optional.empty());
          FIXTURE.local.put(Examples.reserva(carona.getId(), passenger.id(), "r"));
          return passenger;
        })
        .toList();
  }

  private static int sent() {
    return FIXTURE.providers.mails().size()
        + FIXTURE.providers.sms().size()
        + FIXTURE.providers.pushes().size();
  }
}
