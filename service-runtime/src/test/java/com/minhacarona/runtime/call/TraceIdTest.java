package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceIdTest {
  private static final String ROOT = "1-67891233-abcdef012345678912345678";
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(0x6b0643ae), ZoneOffset.UTC);

  private final TraceId traceId = new TraceId(CLOCK, new Random(1));

  @Test
  void current_outsideOfACall_isADash() {
    assertThat(TraceId.current()).isEqualTo("-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Root=" + ROOT,
        "Root=" + ROOT + ";Parent=53995c3f42cd8ad8;Sampled=1",
        "Self=1-6b0643ae-1;Root=" + ROOT + ";Sampled=0"
      })
  void attach_withARoot_takesIt(String header) throws Exception {
    assertThat(attached(header)).isEqualTo(ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rubbish", "Self=" + ROOT, "root=" + ROOT})
  void attach_withoutARoot_makesOne(String header) throws Exception {
    assertThat(attached(header)).matches("1-6b0643ae-[0-9a-f]{24}");
  }

  @Test
  void attach_withoutAHeader_makesAnotherEachTime() throws Exception {
    String first = attached(null);
    assertThat(first).matches("1-6b0643ae-[0-9a-f]{24}");
    assertThat(attached(null)).isNotEqualTo(first);
  }

  private String attached(String header) throws Exception {
    Metadata headers = new Metadata();
    if (header != null) {
      headers.put(TraceId.HEADER, header);
    }
    return traceId.attach(Context.current(), headers).call(TraceId::current);
  }
}
