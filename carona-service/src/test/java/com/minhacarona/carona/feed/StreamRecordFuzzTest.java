package com.minhacarona.carona.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Whatever the topic brings is a ride, or is skipped. */
@Tag("fuzz")
class StreamRecordFuzzTest {

  @FuzzTest
  void record_ofAnyText_isReadOrSkipped(byte[] record) {
    var _ = StreamRecordJson.carona(new String(record, UTF_8), _ -> {});
  }
}
