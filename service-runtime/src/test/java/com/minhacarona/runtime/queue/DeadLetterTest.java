package com.minhacarona.runtime.queue;

import static com.minhacarona.runtime.queue.QueueFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

class DeadLetterTest {
  private static final int KIB = 1024;
  private static final Verdict.Poison WHY = new Verdict.Poison("REASON", "x".repeat(5_000));

  @Test
  void attributes_areTheReason_andThoseThatTheMessageHad() {
    MessageAttributeValue binary =
        MessageAttributeValue.builder()
            .dataType("Binary")
            .binaryValue(SdkBytes.fromUtf8String("b"))
            .build();
    Message message = message("body", Map.of("a", text("1"), "b", binary, "reason", text("mine")));
    assertThat(DeadLetter.attributes(message, new Verdict.Poison("REASON", "detail")))
        .isEqualTo(
            Map.of(
                "reason", text("REASON"),
                "detail", text("detail"),
                "message_id", text("id-1"),
                "a", text("1"),
                "b", binary));
  }

  @Test
  void attributes_areTenAtMost_theOwnAmongThem() {
    Message message =
        message(
            "body",
            IntStream.range(0, 10)
                .boxed()
                .collect(Collectors.toMap(i -> "a" + i, i -> text("" + i))));
    assertThat(DeadLetter.attributes(message, WHY))
        .hasSize(10)
        .containsKeys("reason", "detail", "message_id", "a0", "a6");
  }

  @Test
  void detail_isCut_andHasOnlyCharactersThatSqsTakes() {
    assertThat(detail("x".repeat(5_000))).hasSize(DeadLetter.MAX_DETAIL);
    assertThat(detail("é".repeat(5_000)).getBytes(UTF_8)).hasSize(DeadLetter.MAX_DETAIL);
    assertThat(detail("x" + "😀".repeat(5_000)).getBytes(UTF_8)).hasSize(997);
    assertThat(detail("a\0b\u001bc\uFFFEd\ud83de\tf\ng")).isEqualTo("a�b�c�d�e\tf\ng");
  }

  @Test
  void attributes_withoutAValue_areLeftOut_orADash() {
    assertThat(DeadLetter.attributes(message("body", Map.of()), new Verdict.Poison("", "")))
        .isEqualTo(Map.of("reason", text("-"), "message_id", text("id-1")));
  }

  @ParameterizedTest
  @ValueSource(ints = {256 * KIB, 1024 * KIB})
  void attributes_ofALargeMessage_fitBesideIt(int limit) {
    for (int left = 0; left < 80; left++) {
      Message message = message("b".repeat(limit - left), Map.of());
      Map<String, MessageAttributeValue> attributes = DeadLetter.attributes(message, WHY);
      assertThat(size(attributes)).isLessThanOrEqualTo(left);
      assertThat(attributes.containsKey("reason")).isEqualTo(left >= 18);
      assertThat(attributes.containsKey("message_id")).isEqualTo(left >= 38);
      assertThat(attributes.containsKey("detail")).isEqualTo(left > 38 + 12 || isBetween(left));
    }
  }

  /** The reason does not fit, or the id does not fit beside it, and some of the detail does. */
  private static boolean isBetween(int left) {
    return (left > 12 && left < 18) || (left > 18 + 12 && left < 38);
  }

  @Test
  void attributes_ofAMessageThatOnlyALargeQueueTakes_keepWhatItHad() {
    Message message = message("b".repeat(300 * KIB), Map.of("a", text("1")));
    assertThat(DeadLetter.attributes(message, WHY)).containsKeys("reason", "a").hasSize(4);
  }

  private static String detail(String detail) {
    return DeadLetter.attributes(message("body", Map.of()), new Verdict.Poison("R", detail))
        .get("detail")
        .stringValue();
  }

  private static int size(Map<String, MessageAttributeValue> attributes) {
    return attributes.entrySet().stream()
        .mapToInt(a ->
            a.getKey().length()
                + a.getValue().dataType().length()
                + a.getValue().stringValue().getBytes(UTF_8).length)
        .sum();
  }

  private static Message message(String body, Map<String, MessageAttributeValue> attributes) {
    return Message.builder().messageId("id-1").body(body).messageAttributes(attributes).build();
  }
}
