package com.minhacarona.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.dynamodb.AwsClients;
import com.minhacarona.runtime.process.PortInUseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sns.SnsClient;

/** Meters and mailbox, to which the SDK sends as it does to SES and SNS. */
class PagesTest {
  private static final String HTML = "text/html,application/xhtml+xml";

  private final Pages pages = Pages.start(0, new Mailbox(Clock.systemUTC(), _ -> {}));

  @AfterEach
  void stop() {
    pages.stop();
  }

  @Test
  void start_onATakenPort_namesPortAndVariable() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> Pages.start(taken.getLocalPort(), new Mailbox(Clock.systemUTC(), _ -> {})))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContainingAll(
              Integer.toString(taken.getLocalPort()), "MINHA_CARONA_METRICS_PORT");
    }
  }

  @Test
  void aMail_isShownAsText_andAsHtmlThatNoScriptEscapes() throws Exception {
    send("ana@example.com", "<script>alert(1)</script>");
    assertThat(page("/mailbox", "*/*"))
        .contains("-- e-mail to ana@example.com", "<script>alert(1)</script>");
    assertThat(page("/mailbox", HTML))
        .contains("&lt;script&gt;", "sandbox srcdoc")
        .doesNotContain("<script>");
  }

  @Test
  void theMailbox_showsOneResidentsMessages_andKeepsTheLast200() throws Exception {
    for (int i = 0; i <= 200; i++) {
      send(i == 0 ? "first@example.com" : "ana@example.com", "message " + i);
    }
    assertThat(page("/mailbox?to=ana@example.com", "*/*").lines())
        .filteredOn(line -> line.startsWith("-- "))
        .hasSize(200);
    assertThat(page("/mailbox?to=first@example.com", "*/*")).isEmpty();
  }

  @Test
  void textMessages_andMessagesToTheApp_areShown() throws Exception {
    try (SnsClient sns =
        AwsClients.configured(
                SnsClient.builder(),
                "sa-east-1",
                Optional.of(pages.address()),
                Duration.ofSeconds(5))
            .build()) {
      sns.publish(r -> r.phoneNumber("+5511900000001").message("Olá & até já"));
      sns.publish(r ->
          r.targetArn("arn:aws:sns:sa-east-1:000000000000:endpoint/GCM/app/1")
              .messageStructure("json")
              .message("{\"default\": \"Bom dia\"}"));
    }
    assertThat(page("/mailbox", "*/*"))
        .contains("-- SMS to +5511900000001", "Olá & até já", "-- push to arn:", "Bom dia");
  }

  @Test
  void show_answersWithTheText() throws Exception {
    pages.show("/settings", "MINHA_CARONA_TARGET=127.0.0.1:1\n");
    assertThat(page("/settings", "*/*")).isEqualTo("MINHA_CARONA_TARGET=127.0.0.1:1\n");
  }

  private void send(String to, String text) {
    try (SesV2Client ses =
        AwsClients.configured(
                SesV2Client.builder(),
                "sa-east-1",
                Optional.of(pages.address()),
                Duration.ofSeconds(5))
            .build()) {
      ses.sendEmail(mail ->
          mail.fromEmailAddress("avisos@example.com")
              .destination(d -> d.toAddresses(to))
              .content(c ->
                  c.simple(s ->
                      s.subject(t -> t.data("Olá"))
                          .body(b -> b.text(t -> t.data(text)).html(t -> t.data(text))))));
    }
  }

  private String page(String path, String accept) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(pages.address().resolve(path)).header("Accept", accept).build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }
}
