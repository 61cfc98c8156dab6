package com.minhacarona.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogLimitTest {
  private final AtomicLong now = new AtomicLong();
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger netty = context.getLogger("io.netty.channel.Some");

  @BeforeEach
  void begin() {
    written.start();
    context.addTurboFilter(new LogLimit(now::get));
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(written);
    context.getLogger("io.netty").setLevel(Level.ERROR);
  }

  @Test
  void lines_pastTheLimit_areDroppedAndCounted() {
    for (int i = 0; i < 1_000; i++) {
      netty.error("garbage {}", i);
    }
    assertThat(lines()).containsExactly("garbage 0", "garbage 1");
    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    netty.error("later");
    assertThat(lines())
        .containsExactly(
            "garbage 0", "garbage 1", "998 lines of io.netty.channel.Some were dropped", "later");
  }

  @Test
  void lines_ofEachLogger_areCountedByThemselves() {
    context.getLogger("io.grpc.netty.A").error("a");
    for (int i = 0; i < 10; i++) {
      netty.error("garbage");
      context.getLogger("com.minhacarona.A").error("ours");
    }
    context.getLogger("io.grpc.netty.A").error("a");
    assertThat(lines()).filteredOn("a"::equals).hasSize(2);
    assertThat(lines()).filteredOn("garbage"::equals).hasSize(2);
    assertThat(lines()).filteredOn("ours"::equals).hasSize(10);
  }

  @Test
  void lines_belowTheLevel_doNotCount() {
    for (int i = 0; i < 10; i++) {
      netty.warn("not written");
      assertThat(netty.isErrorEnabled()).isTrue();
    }
    netty.error("written");
    assertThat(lines()).containsExactly("written");
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
