package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.minhacarona.runtime.testing.Refused;
import io.grpc.InternalMetadata;
import io.grpc.StatusRuntimeException;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void invalidArgument_ofUpToTwentyFaults_tellsThemAll() {
    Refused refused = Refused.of(faults(20, "is wrong"));
    assertThat(refused.fields()).hasSize(20).endsWith("field[19]");
    assertThat(refused.message()).endsWith("field[18], field[19]");
  }

  @Test
  void invalidArgument_ofMoreFaults_tellsTwentyAndCountsTheRest() {
    Refused refused = Refused.of(faults(20_000, "is wrong"));
    assertThat(refused.fields()).hasSize(20);
    assertThat(refused.message()).endsWith("field[19], and 19980 more faults");
  }

  @Test
  void invalidArgument_ofLongTexts_fitsIntoTrailers() {
    StatusRuntimeException error = faults(20_000, "x".repeat(60_000));
    assertThat(Refused.of(error).descriptions())
        .allSatisfy(description -> assertThat(description).hasSize(120).endsWith("x…"));
    byte[][] trailers = InternalMetadata.serialize(error.getTrailers());
    int details = Base64.getEncoder().encode(trailers[1]).length;
    assertThat(details + error.getStatus().getDescription().length()).isLessThan(8 * 1024);
  }

  @Test
  void invalidArgument_ofTheSameFaultAgainAndAgain_tellsItOnce_andTheOthers() {
    RequestFields fields = new RequestFields();
    IntStream.range(0, 100).forEach(_ -> fields.violation("known", "must be UTF-8"));
    fields.violation("origem", "must be UTF-8");
    Refused refused = Refused.of(catchThrowableOfType(StatusRuntimeException.class, fields::check));
    assertThat(refused.fields()).containsExactly("known", "origem");
    assertThat(refused.message()).endsWith(": known, origem");
  }

  private static StatusRuntimeException faults(int number, String description) {
    RequestFields fields = new RequestFields();
    IntStream.range(0, number)
        .forEach(i -> fields.violation("field[%d]".formatted(i), description));
    return catchThrowableOfType(StatusRuntimeException.class, fields::check);
  }
}
