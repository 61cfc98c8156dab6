package com.minhacarona.load.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.minhacarona.runtime.testing.DynamoDbProxy;
import com.minhacarona.table.LocalDynamoDb;
import com.minhacarona.table.UsuarioItem;
import com.minhacarona.table.UsuarioItem.Canal;
import com.minhacarona.table.UsuarioItem.Silencio;
import com.minhacarona.v1.ProcessarReservaRequest;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a worker send everything that it ever sends to SQS, SNS and SES, and tells which
 * permissions that takes, as "action on resource".
 */
public final class QueueActions implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The name of a queue of {@link Queues}. */
  private static final Pattern NAME = Pattern.compile(".*/([a-z]+)-[0-9a-f-]{36}(-dlq)?");

  private static final List<String> QUEUES = List.of("reservations", "changes", "notifications");
  private static final String QUIET = "quiet";

  private final LocalDynamoDb table;
  private final String condominio;
  private final Queues queues;
  private final DynamoDbProxy sqs;

  /** The queues of residents of one condominium. */
  public QueueActions(LocalDynamoDb table, String condominio) {
    this.table = table;
    this.condominio = condominio;
    this.queues = new Queues(table, 1);
    this.sqs = new DynamoDbProxy(queues.endpoint());
  }

  /** The settings of the worker. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(queues.settings());
    settings.put("MINHA_CARONA_SQS_ENDPOINT", sqs.endpoint().toString());
    return settings;
  }

  /** Stores residents who want to be told on every channel at every hour. */
  public void store(String... ids) {
    for (String id : ids) {
      store(id, EnumSet.allOf(Canal.class), Optional.empty());
    }
  }

  private void store(String id, Set<Canal> canais, Optional<Silencio> silencio) {
    UsuarioItem resident =
        new UsuarioItem(
            id,
            condominio,
            id,
            id + "@exemplo.com.br",
            "+5511987654321",
            "arn:aws:sns:sa-east-1:000000000000:endpoint/GCM/app/" + id,
            canais,
            Set.of(),
            silencio,
            Optional.of(ZoneOffset.UTC));
    table.putAll(List.of(resident.toItem()));
  }

  /** Returns when every queue has had all that there is, with calls or without. */
  public void provoke() {
    LocalTime now = LocalTime.now(ZoneOffset.UTC);
    Silencio allTheTime = new Silencio(now.minusHours(1), now.plusHours(1));
    store(QUIET, EnumSet.of(Canal.SMS), Optional.of(allTheTime));
    String noRide = UUID.randomUUID().toString();
    // Publishing fails for both queues that do, and the resident is not to be disturbed now: so
    // messages of each queue are put back.
    queues.topic().fail(true);
    table.put(Residents.carona(1));
    queues.send(
        ProcessarReservaRequest.newBuilder()
            .setRequestId(UUID.randomUUID().toString())
            .setCaronaId(noRide)
            .setUsuarioId(QUIET)
            .setCondominioId(condominio)
            .build());
    awaitSent("sqs:ChangeMessageVisibility on reservations");
    awaitSent("sqs:ChangeMessageVisibility on changes");
    queues.topic().fail(false);
    awaitSent("sqs:ChangeMessageVisibility on notifications");
    for (String url : List.of(queues.reservations(), queues.changes(), queues.notifications())) {
      queues.sqs().sendMessage(r -> r.queueUrl(url).messageBody("no JSON"));
    }
    for (String queue : QUEUES) {
      awaitSent("sqs:SendMessage on " + queue + "-dlq");
      awaitSent("sqs:DeleteMessage on " + queue);
    }
    await()
        .atMost(PATIENCE)
        .until(() ->
            permissions()
                .containsAll(
                    List.of(
                        "ses:SendEmail on mail",
                        "sns:Publish on device",
                        "sns:Publish on phone",
                        "sns:Publish on events")));
  }

  private void awaitSent(String permission) {
    await(permission).atMost(PATIENCE).until(() -> permissions().contains(permission));
  }

  /** What was sent up to now. */
  public Set<String> permissions() {
    Set<String> permissions = new TreeSet<>();
    for (DynamoDbProxy.Answered answered : sqs.answered()) {
      // The batches of SQS need the permission for one message.
      String action = "sqs:" + answered.operation().replaceFirst("Batch$", "");
      permissions.add(action + " on " + queue(answered.request()));
    }
    addUnless(queues.topic().published().isEmpty(), "sns:Publish on events", permissions);
    addUnless(queues.providers().mails().isEmpty(), "ses:SendEmail on mail", permissions);
    addUnless(queues.providers().sms().isEmpty(), "sns:Publish on phone", permissions);
    addUnless(queues.providers().pushes().isEmpty(), "sns:Publish on device", permissions);
    // They would have minded any other action.
    assertThat(queues.topic().complaints()).isEmpty();
    assertThat(queues.providers().complaints()).isEmpty();
    return permissions;
  }

  private static void addUnless(boolean none, String permission, Set<String> permissions) {
    if (!none) {
      permissions.add(permission);
    }
  }

  private static String queue(String request) {
    try {
      String url = JSON.readTree(request).path("QueueUrl").asText();
      Matcher name = NAME.matcher(url);
      return name.matches() ? name.group(1) + (name.group(2) == null ? "" : "-dlq") : url;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    sqs.close();
    queues.close();
  }
}
