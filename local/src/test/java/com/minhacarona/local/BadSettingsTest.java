package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.minhacarona.carona.feed.SqsFeedConfig;
import com.minhacarona.reserva.ReservaConfig;
import com.minhacarona.runtime.process.ConfigurationException;
import com.minhacarona.runtime.process.Environment;
import com.minhacarona.runtime.server.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting of both services and of {@code local}, with every kind of bad value. */
class BadSettingsTest {
  private static final Pattern ON_THE_PAGE =
      Pattern.compile("^\\| `((?:MINHA_CARONA|AWS)_[A-Z_]+)` \\|", Pattern.MULTILINE);

  /** A good value of each, and not the default. */
  private static final Map<String, String> GOOD =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("AWS_REGION", "us-east-1"),
              Map.entry("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"),
              Map.entry("MINHA_CARONA_ADAPTIVE_LIMIT", "off"),
              Map.entry("MINHA_CARONA_AUTHENTICATION", "off"),
              Map.entry("MINHA_CARONA_CARONA_MTLS_PORT", "8084"),
              Map.entry("MINHA_CARONA_CARONA_PORT", "8081"),
              Map.entry("MINHA_CARONA_CHANGES_QUEUE_URL", "https://sqs/1/changes"),
              Map.entry("MINHA_CARONA_CLIENT_CA", "pom.xml"),
              Map.entry("MINHA_CARONA_CLIENT_CERTIFICATES", "[{\"name\": \"a.internal\"}]"),
              Map.entry("MINHA_CARONA_CLOUDWATCH_ENDPOINT", "http://127.0.0.1:4566"),
              Map.entry("MINHA_CARONA_DATA_DIR", "/tmp/minha carona"),
              Map.entry("MINHA_CARONA_DRAIN_DELAY_MS", "100"),
              Map.entry("MINHA_CARONA_DRAIN_TIMEOUT_MS", "100"),
              Map.entry("MINHA_CARONA_DYNAMODB_ENDPOINT", "http://127.0.0.1:8000"),
              Map.entry("MINHA_CARONA_DYNAMODB_MAX_CONNECTIONS", "10"),
              Map.entry("MINHA_CARONA_DYNAMODB_READ_ATTEMPT_MS", "100"),
              Map.entry("MINHA_CARONA_DYNAMODB_TRANSACTION_ATTEMPT_MS", "100"),
              Map.entry("MINHA_CARONA_ENVIRONMENT", "staging"),
              Map.entry(
                  "MINHA_CARONA_EVENTS_TOPIC_ARN",
                  "arn:aws:sns:sa-east-1:000000000000:minha-carona-events"),
              Map.entry("MINHA_CARONA_HEADER_CERTIFICATES", "verify"),
              Map.entry(
                  "MINHA_CARONA_ISSUERS",
                  """
                  [{"issuer": "https://i", "jwks": "https://i/keys", "kind": "service",\
                   "audiences": ["a"]}]\
                  """),
              Map.entry("MINHA_CARONA_LOG_LEVEL", "DEBUG"),
              Map.entry("MINHA_CARONA_MAIL_FROM", "avisos@example.com"),
              Map.entry("MINHA_CARONA_MAIL_REPLY_TO", "ajuda@example.com"),
              Map.entry("MINHA_CARONA_MAIL_UNSUBSCRIBE", "https://example.com/avisos"),
              Map.entry("MINHA_CARONA_METRICS", "a.count,b.max"),
              Map.entry("MINHA_CARONA_METRICS_PORT", "8083"),
              Map.entry("MINHA_CARONA_MTLS_PORT", "8085"),
              Map.entry("MINHA_CARONA_NOTIFICATIONS_QUEUE_URL", "https://sqs/1/notifications"),
              Map.entry("MINHA_CARONA_OPEN_SHARDS", "16"),
              Map.entry("MINHA_CARONA_OPEN_SHARDS_READ", "32"),
              Map.entry("MINHA_CARONA_PORT", "8080"),
              Map.entry("MINHA_CARONA_QUEUES", "none"),
              Map.entry("MINHA_CARONA_REFLECTION", "off"),
              Map.entry("MINHA_CARONA_RESERVATIONS_QUEUE_URL", "https://sqs/1/reservations"),
              Map.entry("MINHA_CARONA_RESERVA_MTLS_PORT", "8086"),
              Map.entry("MINHA_CARONA_RESERVA_PORT", "8082"),
              Map.entry("MINHA_CARONA_RPCS", "off"),
              Map.entry("MINHA_CARONA_SAMPLING_RULES", "pom.xml"),
              Map.entry("MINHA_CARONA_SES_ENDPOINT", "http://127.0.0.1:4566"),
              Map.entry("MINHA_CARONA_SNS_ENDPOINT", "http://127.0.0.1:4566"),
              Map.entry("MINHA_CARONA_POLLS_PER_LINE", "100"),
              Map.entry("MINHA_CARONA_SQS_ENDPOINT", "http://127.0.0.1:4566"),
              Map.entry("MINHA_CARONA_SQS_PORT", "8087"),
              Map.entry("MINHA_CARONA_TABLE", "other"),
              Map.entry("MINHA_CARONA_TLS_CERTIFICATE", "pom.xml"),
              Map.entry("MINHA_CARONA_TIME_ZONE", "America/Manaus"),
              Map.entry("MINHA_CARONA_TLS_KEY", "pom.xml"),
              Map.entry(
                  "MINHA_CARONA_UPDATES_TOPIC_ARN",
                  "arn:aws:sns:sa-east-1:000000000000:minha-carona-updates"),
              Map.entry("MINHA_CARONA_VAGAS_STALENESS_MS", "100"),
              Map.entry("MINHA_CARONA_WARM_UP_CALLS", "10")));

  private static final String TOPIC = "MINHA_CARONA_UPDATES_TOPIC_ARN";
  private static final String EVENTS_TOPIC = "MINHA_CARONA_EVENTS_TOPIC_ARN";
  private static final String CHANGES = "MINHA_CARONA_CHANGES_QUEUE_URL";
  private static final String SENDER = "MINHA_CARONA_MAIL_FROM";

  /** Without one of these, the others are wrong. */
  private static final Set<String> ONLY_TOGETHER =
      Set.of(
          "MINHA_CARONA_AUTHENTICATION",
          "MINHA_CARONA_TLS_CERTIFICATE",
          "MINHA_CARONA_TLS_KEY",
          "MINHA_CARONA_CLIENT_CA");

  private static final List<String> AROUND = List.of("\n", "\r\n", " ", "\t", "\u2003", " \n\n");

  /** No setting may hold one of these. */
  private static final List<String> CONTROLS = List.of("\n", "\r", "\t", "\u0007", "\u001b", "\0");

  /** Twelve in the digits of other scripts, and other things that are numbers to somebody. */
  private static final List<String> NO_NUMBERS =
      List.of(
          "١٢",
          "۱۲",
          "१२",
          "๑๒",
          "１２",
          "+12",
          "-12",
          "12.0",
          "1e1",
          "0xc",
          "12,0",
          "1 2",
          "1_2",
          "99999999999",
          "2147483648",
          "12ms",
          "\uFEFF12",
          "\u00A012",
          "café",
          "🚗");

  /** What each program reads, in one environment. */
  private record Settings(
      ServiceConfig service, Object sqsFeed, ReservaConfig reserva, LocalConfig local) {}

  static Set<String> settings() {
    return GOOD.keySet();
  }

  @Test
  void everySettingOfThePage_isTested() throws IOException {
    assertThat(
            ON_THE_PAGE
                .matcher(Files.readString(Path.of("../docs/settings.md")))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toSet()))
        .isEqualTo(GOOD.keySet());
  }

  static Stream<String> settingsWithDefaults() {
    return settings().stream().filter(name -> !ONLY_TOGETHER.contains(name));
  }

  /** JSON may have line breaks, and says itself which characters are wrong. */
  static Stream<String> settingsOfOneLine() {
    return settings().stream().filter(name -> !GOOD.get(name).startsWith("["));
  }

  @ParameterizedTest
  @MethodSource("settingsWithDefaults")
  void blanksAndLineBreaksAroundAValue_areNoPartOfIt(String name) {
    Settings good = read(name, GOOD.get(name));
    assertThat(good).as("not the default").isNotEqualTo(read(name, ""));
    for (String around : AROUND) {
      assertThat(read(name, GOOD.get(name) + around)).isEqualTo(good);
      assertThat(read(name, around + GOOD.get(name) + around)).isEqualTo(good);
    }
  }

  @ParameterizedTest
  @MethodSource("settingsWithDefaults")
  void blank_isNotSet(String name) {
    Map<String, String> without = new HashMap<>(base(name));
    Settings unset = read(without);
    for (String blank : Stream.concat(AROUND.stream(), Stream.of("")).toList()) {
      assertThat(read(name, blank)).isEqualTo(unset);
    }
  }

  @ParameterizedTest
  @MethodSource("settingsOfOneLine")
  void aControlCharacterWithin_isRefused_inOneSentence(String name) {
    String good = GOOD.get(name);
    for (String control : CONTROLS) {
      assertRefused(name, good.charAt(0) + control + good.substring(1));
    }
  }

  @ParameterizedTest
  @MethodSource("settings")
  void whatIsNoNumber_isRefusedByNumbers_andByOthersOnlyInOneSentence(String name) {
    boolean number = GOOD.get(name).matches("[0-9]+");
    for (String value : NO_NUMBERS) {
      if (number) {
        assertRefused(name, value);
      } else if (catchThrowable(() -> read(name, value)) != null) {
        assertRefused(name, value);
      }
    }
    if (number) {
      assertRefused(name, "9".repeat(10_000));
    }
  }

  private static void assertRefused(String name, String value) {
    assertThat(catchThrowable(() -> read(name, value)))
        .as(name + "=" + value)
        .isInstanceOf(ConfigurationException.class)
        .message()
        .matches("Cannot start, the environment is wrong:\n  " + name + " must be [^\\p{Cntrl}]*")
        .hasSizeLessThan(400);
  }

  private static Settings read(String name, String value) {
    Map<String, String> variables = new HashMap<>(base(name));
    variables.put(name, value);
    return read(variables);
  }

  /** What must be set, or does nothing unless it is, for the setting to matter. */
  private static Map<String, String> base(String name) {
    Map<String, String> base = new HashMap<>();
    base.put("MINHA_CARONA_AUTHENTICATION", "off");
    base.put("AWS_REGION", "sa-east-1");
    if (name.equals("AWS_REGION")) {
      base.put("MINHA_CARONA_DYNAMODB_ENDPOINT", "http://127.0.0.1:8000");
    }
    if (name.endsWith("S_ENDPOINT")) {
      base.put(TOPIC, GOOD.get(TOPIC));
    }
    if (name.endsWith("QUEUE_URL") || name.endsWith("QUEUES")) {
      base.put(EVENTS_TOPIC, GOOD.get(EVENTS_TOPIC));
      base.put(SENDER, GOOD.get(SENDER));
    }
    if (name.endsWith("QUEUES")) {
      base.put(CHANGES, GOOD.get(CHANGES));
    }
    if (ONLY_TOGETHER.contains(name)) {
      ONLY_TOGETHER.forEach(each -> base.put(each, GOOD.get(each)));
    }
    base.remove(name);
    return base;
  }

  private static Settings read(Map<String, String> variables) {
    Environment environment = new Environment(variables);
    Settings settings =
        new Settings(
            ServiceConfig.from(environment, "a-service", "a-table"),
            SqsFeedConfig.from(environment),
            ReservaConfig.from(environment),
            LocalConfig.from(environment));
    environment.verify();
    return settings;
  }
}
