package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.minhacarona.runtime.testing.Refused;
import io.grpc.Context;
import io.grpc.Status.Code;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {
  private static final String UUID = "7f5c2c1e-58a5-4f0c-9a43-0e1b0d6a2f11";
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant LATEST = NOW.plusSeconds(60);

  private final RequestFields fields = new RequestFields();

  @Test
  void check_withoutViolations_returns() {
    fields.check();
  }

  @Test
  void check_withSeveralViolations_namesAllOfThemInOrder() {
    fields.id("id", "", 36);
    fields.range("vagas", 9, 1, 8);
    fields.violation("rule", "is of another kind");
    fields.optionalText("observacao", "a\u0007", 1);
    Refused refused = Refused.by(fields::check);
    refused.as(Code.INVALID_ARGUMENT, Errors.ARGUMENTO_INVALIDO);
    assertThat(refused.fields())
        .as("a field that breaks two rules is named for each")
        .containsExactly("id", "vagas", "rule", "observacao", "observacao");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "cond-1", "A.b_c:d@e-9", "12345678"})
  void id_ofAllowedCharacters_isTaken(String value) {
    assertThat(fields.id("id", value, 11)).isEqualTo(value);
    assertThat(fields.optionalId("id", value, 11)).contains(value);
    fields.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "123456789", "a b", "a#b", "ação", "a\n"})
  void id_thatIsEmptyLongOrOfOtherCharacters_isRefused(String value) {
    assertRefused(f -> f.id("id", value, 8));
  }

  @Test
  void optionalId_thatIsEmpty_isAbsent() {
    assertThat(fields.optionalId("id", "", 8)).isEmpty();
    fields.check();
  }

  @Test
  void optionalId_thatIsNotEmpty_hasTheRulesOfAnId() {
    assertRefused(f -> f.optionalId("id", "a b", 8));
  }

  @Test
  void requestId_inUpperCase_isReadAndNotedInLowerCase() throws Exception {
    CallRecord call = new CallRecord();
    String read =
        call.attach(Context.current())
            .call(() -> fields.requestId("request_id", UUID.toUpperCase(java.util.Locale.ROOT)));
    assertThat(read).isEqualTo(UUID);
    assertThat(call.requestId()).isEqualTo(UUID);
    fields.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "7f5c2c1e58a54f0c9a430e1b0d6a2f11", "7f5c2c1e-58a5-4f0c-9a43-"})
  void requestId_thatIsNoUuid_isRefusedAndNotNoted(String value) {
    CallRecord call = new CallRecord();
    call.attach(Context.current()).run(() -> assertRefused(f -> f.requestId("request_id", value)));
    assertThat(call.requestId()).isEqualTo("-");
  }

  @Test
  void optionalText_countsCharacters_notTheirBytes() {
    assertThat(fields.optionalText("text", "ação 🚗", 6)).isEqualTo("ação 🚗");
    assertThat(fields.optionalText("text", "", 6)).isEmpty();
    fields.check();
    assertRefused(f -> f.optionalText("text", "ação 🚗🚗", 6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "\u0000", "a\u007f", "\u0085"})
  void optionalText_withAControlCharacter_isRefused(String value) {
    assertRefused(f -> f.optionalText("text", value, 8));
  }

  @Test
  void requiredText_thatIsEmpty_isRefused() {
    assertRefused(f -> f.requiredText("text", "", 8));
  }

  @Test
  void requiredText_hasTheRulesOfAnOptionalOne() {
    assertThat(fields.requiredText("text", "USP", 3)).isEqualTo("USP");
    fields.check();
    assertRefused(f -> f.requiredText("text", "USP", 2));
  }

  @Test
  void optionalMatch_isEmptyOrMatchesAsAWhole() {
    Pattern digits = Pattern.compile("[0-9]+");
    fields.optionalMatch("match", "", digits, "must be digits");
    fields.optionalMatch("match", "42", digits, "must be digits");
    fields.check();
    assertRefused(f -> f.optionalMatch("match", "42a", digits, "must be digits"));
  }

  @Test
  void range_includesBothEnds() {
    assertThat(fields.range("n", 1, 1, 8)).isEqualTo(1);
    assertThat(fields.range("n", 8, 1, 8)).isEqualTo(8);
    fields.check();
    assertRefused(f -> f.range("n", 0, 1, 8));
    assertRefused(f -> f.range("n", 9, 1, 8));
  }

  @Test
  void instant_afterTheFirstAndUpToTheLast_isTaken() {
    assertThat(instant(fields, NOW.plusMillis(1))).isEqualTo(NOW.plusMillis(1));
    assertThat(instant(fields, LATEST)).isEqualTo(LATEST);
    fields.check();
    assertRefused(f -> instant(f, NOW));
    assertRefused(f -> instant(f, LATEST.plusMillis(1)));
  }

  @Test
  void instant_thatIsAbsent_isRefused() {
    assertRefused(f -> f.instant("time", false, Timestamp.getDefaultInstance(), NOW, LATEST));
  }

  @Test
  void optionalInstant_isCutToMilliseconds() {
    assertThat(fields.optionalInstant("time", true, timestamp(0, 1_999_999)))
        .contains(Instant.ofEpochMilli(1));
    assertThat(fields.optionalInstant("time", false, timestamp(0, 1))).isEmpty();
    fields.check();
  }

  @Test
  void optionalInstant_hasTheRangeOfATimestamp() {
    long first = -62_135_596_800L;
    long last = 253_402_300_799L;
    fields.optionalInstant("time", true, timestamp(first, 0));
    fields.optionalInstant("time", true, timestamp(last, 999_999_999));
    fields.check();
    for (Timestamp wrong :
        List.of(
            timestamp(first - 1, 0),
            timestamp(last + 1, 0),
            timestamp(0, -1),
            timestamp(0, 1_000_000_000),
            timestamp(Long.MAX_VALUE, 0))) {
      assertRefused(f -> f.optionalInstant("time", true, wrong));
      assertRefused(f -> f.instant("time", true, wrong, NOW, LATEST));
    }
  }

  @Test
  void checkAllButTime_ofInstantsThatAreOutOfTime_returnsTheirRefusal() {
    instant(fields, NOW);
    assertThat(Refused.of(fields.checkAllButTime().orElseThrow()).fields()).containsExactly("time");
  }

  @Test
  void checkAllButTime_ofNothingWrong_isEmpty() {
    instant(fields, LATEST);
    assertThat(fields.checkAllButTime()).isEmpty();
  }

  @Test
  void checkAllButTime_ofAnyOtherFault_refusesAllFaults() {
    instant(fields, NOW);
    fields.range("seats", 9, 1, 8);
    assertThat(Refused.by(fields::checkAllButTime).fields()).containsExactly("time", "seats");
    assertRefused(f -> f.instant("time", false, timestamp(0, 0), NOW, LATEST));
  }

  /** Reads with fields of its own, and expects exactly one of them to be wrong. */
  private static void assertRefused(Consumer<RequestFields> reading) {
    RequestFields fields = new RequestFields();
    reading.accept(fields);
    assertThat(Refused.by(fields::check).fields()).hasSize(1);
  }

  private static Instant instant(RequestFields fields, Instant value) {
    return fields.instant("time", true, ProtoTimes.timestamp(value), NOW, LATEST);
  }

  private static Timestamp timestamp(long seconds, int nanos) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
  }
}
