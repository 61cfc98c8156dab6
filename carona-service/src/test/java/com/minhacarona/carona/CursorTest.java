package com.minhacarona.carona;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CursorTest {
  private static final Filter FILTER =
      new Filter(Optional.of("cond-1"), Optional.empty(), Optional.empty(), 1);
  private static final Position POSITION =
      new Position(
          Instant.parse("2026-11-22T09:30:00.123Z"), "8059ce4a-9850-31e2-8557-879087853e39");

  private final String cursor = Cursor.of(FILTER, POSITION);

  @Test
  void parse_findsThePosition() {
    assertThat(Cursor.parse(FILTER, cursor)).contains(POSITION);
  }

  @Test
  void parse_withAnotherFilter_findsNone() {
    Filter other = new Filter(Optional.of("cond-2"), Optional.empty(), Optional.empty(), 1);
    assertThat(Cursor.parse(other, cursor)).isEmpty();
    Filter more = new Filter(Optional.of("cond-1"), Optional.empty(), Optional.empty(), 2);
    assertThat(Cursor.parse(more, cursor)).isEmpty();
  }

  @Test
  void parse_ofAnEditedCursor_findsNone() {
    for (int i = 0; i < cursor.length() - 1; i++) {
      char edited = cursor.charAt(i) == 'A' ? 'B' : 'A';
      String tampered = cursor.substring(0, i) + edited + cursor.substring(i + 1);
      assertThat(Cursor.parse(FILTER, tampered)).as(tampered).isEmpty();
    }
  }

  @Test
  void parse_ofWhatIsNoCursor_findsNone() {
    for (String text :
        new String[] {
          cursor.substring(1),
          cursor.substring(0, cursor.length() - 4),
          "A",
          "não",
          UUID.randomUUID().toString(),
          "A".repeat(10_000)
        }) {
      assertThat(Cursor.parse(FILTER, text)).as(text).isEmpty();
    }
  }
}
