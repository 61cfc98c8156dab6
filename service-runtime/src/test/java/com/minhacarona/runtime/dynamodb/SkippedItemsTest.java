package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SkippedItemsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final SkippedItems skipped = new SkippedItems(meters);
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(SkippedItems.class);

  @BeforeEach
  void listen() {
    written.start();
    logger.setAdditive(false);
    logger.addAppender(written);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(written);
    logger.setAdditive(true);
  }

  @Test
  void accept_ofOneItemAgainAndAgain_countsEachTime_andLogsItOnce() {
    for (int i = 0; i < 100; i++) {
      skipped.accept(new IllegalArgumentException("item x"));
    }
    skipped.accept(new IllegalArgumentException("item y"));
    assertThat(meters.counter(SkippedItems.UNREADABLE).count()).isEqualTo(101);
    assertThat(written.list)
        .allMatch(line -> line.getLevel() == Level.ERROR)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains("item x"),
            second -> assertThat(second).contains("item y"));
  }

  @Test
  void accept_ofMoreItemsThanItRemembers_countsThem_andLogsNoMore() {
    for (int i = 0; i < 2 * SkippedItems.MAX_LOGGED; i++) {
      skipped.accept(new IllegalArgumentException("item " + i));
    }
    assertThat(meters.counter(SkippedItems.UNREADABLE).count())
        .isEqualTo(2 * SkippedItems.MAX_LOGGED);
    // One for each that it remembers, and one that says that there are more.
    assertThat(written.list).hasSize(SkippedItems.MAX_LOGGED + 1);
  }
}
