package com.minhacarona.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.slf4j.LoggerFactory;

/**
 * Whatever comes after the preface of a connection, it is read or refused, and calls on other
 * connections are answered.
 */
@Tag("fuzz")
class FramesFuzzTest {
  private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  private static final ListAppender<ILoggingEvent> errors = new ListAppender<>();
  private static TestServer server;

  @BeforeAll
  static void start() {
    ThresholdFilter onlyErrors = new ThresholdFilter();
    onlyErrors.setLevel(Level.ERROR.levelStr);
    onlyErrors.start();
    errors.addFilter(onlyErrors);
    errors.start();
    ROOT.addAppender(errors);
    server = TestServer.netty(TestServer.NO_STORE, Echo.module(Echo::say));
  }

  @AfterAll
  static void stop() {
    server.close();
    ROOT.detachAppender(errors);
  }

  private static int port() {
    return server.instance(Service.class).port();
  }

  @FuzzTest
  void frames_ofAnyBytes_areReadOrRefused_andDisturbNobodyElse(byte[] frames) throws Exception {
    var _ = BugDetectors.allowNetworkConnections((_, port) -> port == port());
    try (FuzzedConnection connection = new FuzzedConnection(port())) {
      connection.send(frames);
    }
    assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
    assertThat(errors.list).isEmpty();
  }
}
