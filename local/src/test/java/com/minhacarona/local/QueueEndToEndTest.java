package com.minhacarona.local;

import static com.minhacarona.local.LocalFixture.booking;
import static com.minhacarona.local.LocalFixture.carona;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.v1.Carona;
import com.minhacarona.v1.ProcessarReservaRequest;
import com.minhacarona.v1.StatusCarona;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** A message goes in, and a resident finds a mail: through all parts of one system. */
@Tag("dynamodb")
class QueueEndToEndTest {
  /** Where the residents live who have a contact. */
  private static final String AURORA = "condominio-aurora";

  private static final LocalFixture LOCAL = new LocalFixture();
  private static final SqsClient SQS =
      AwsClients.configured(
              SqsClient.builder(),
              "sa-east-1",
              Optional.of(LOCAL.system.sqsEndpoint()),
              Duration.ofSeconds(30))
          .build();
  private static final String RESERVATIONS =
      LOCAL.system.sqsEndpoint() + "/000000000000/reservations";

  @AfterAll
  static void tableIsConsistent() {
    SQS.close();
    assertThat(LOCAL.system.violations()).isEmpty();
  }

  @Test
  void aMessage_booksOnce_andPassengerAndDriverAreTold() throws Exception {
    String id = newCarona("marina", 2).getId();
    ProcessarReservaRequest request = request(id, "rita");
    send(JsonFormat.printer().preservingProtoFieldNames().print(request));
    awaitMail("rita@example.com", "Sua reserva de 1 vaga está confirmada.");
    awaitMail("marina@example.com", "Rita reservou 1 vaga na sua carona.");
    assertThat(LOCAL.client.processarReserva(request).getRepetida())
        .as("the same request_id by the other path")
        .isTrue();
  }

  @Test
  void aMessage_toAFullRide_isRefused_andThePassengerIsTold() throws Exception {
    String id = newCarona("ana", 1).getId();
    var _ = LOCAL.client.processarReserva(request(id, "vizinho"));
    send(JsonFormat.printer().print(request(id, "zeca")));
    awaitMail("zeca@example.com", "Reserva recusada");
  }

  @Test
  void aCancelledRide_isToldToItsPassengers() throws Exception {
    String id = newCarona("ana", 1).getId();
    var _ = LOCAL.client.processarReserva(request(id, "lia"));
    var _ = LOCAL.client.updateCaronaStatus(carona(id, StatusCarona.STATUS_CARONA_CANCELADA));
    awaitMail("lia@example.com", "cancelada");
  }

  @Test
  void aMessageThatIsNoRequest_endsInTheDeadLetterQueue_withTheReason() {
    send("{\"request_id\": ");
    List<Message> dead = receive(RESERVATIONS + "-dlq");
    assertThat(dead)
        .singleElement()
        .satisfies(
            message -> assertThat(message.messageAttributes()).containsKeys("reason", "detail"));
  }

  private static ProcessarReservaRequest request(String caronaId, String usuario) {
    return booking(caronaId, usuario, 1)
        .setCondominioId(AURORA)
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }

  private static Carona newCarona(String motorista, int vagas) {
    return LOCAL.newCarona(AURORA, motorista, vagas);
  }

  private static void send(String body) {
    SQS.sendMessage(r -> r.queueUrl(RESERVATIONS).messageBody(body));
  }

  private static List<Message> receive(String url) {
    return SQS.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20).messageAttributeNames("All"))
        .messages();
  }

  private static void awaitMail(String to, String text) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(mailbox("?to=" + to)).contains(text));
  }

  private static String mailbox(String query) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI page = URI.create(LOCAL.system.pages() + "/mailbox" + query);
      return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
    }
  }
}
