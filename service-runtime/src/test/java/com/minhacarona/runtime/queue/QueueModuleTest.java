package com.minhacarona.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.TestServer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A consumer as a service has it, beside its calls, and the lines that it writes. */
class QueueModuleTest {
  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("access");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(
              event.getKeyValuePairs().stream()
                  .map(pair -> pair.key + "=" + pair.value)
                  .collect(Collectors.joining(" ")));
        }
      };

  @Test
  void aConsumer_takesPlacesAmongTheCalls_andWritesALineForEachMessage() {
    ElasticMq elasticMq = ElasticMq.shared();
    String url = elasticMq.createQueue("letters");
    appender.start();
    ACCESS.addAppender(appender);
    ACCESS.setLevel(Level.INFO);
    try (TestServer server =
        TestServer.netty(
            TestServer.NO_STORE,
            Echo.module(Echo::say),
            new QueueModule(Optional.of(elasticMq.endpoint()), QueueFixture.TIMES))) {
      QueueConsumer consumer =
          server
              .instance(QueueConsumers.class)
              .consumer(
                  "letters",
                  new QueueConfig(url, 4),
                  message ->
                      message.body().equals("good")
                          ? new Verdict.Done("sent")
                          : new Verdict.Poison("ARGUMENTO_INVALIDO", "address is missing"));
      consumer.start();
      elasticMq.client().sendMessage(r -> r.queueUrl(url).messageBody("good"));
      elasticMq.client().sendMessage(r -> r.queueUrl(url).messageBody("bad"));
      await().until(() -> lines.size() == 2 && elasticMq.messages(url) == 0);
      assertThat(Echo.call(server.channel(), "oi")).isEqualTo("oi");
      consumer.stop();
    } finally {
      ACCESS.detachAppender(appender);
      ACCESS.setLevel(null);
    }
    String rest = " receives=1 duration_us=\\d+ age_ms=\\d+ tenant=- request_id=- trace_id=1-\\S+";
    assertThat(lines)
        .anySatisfy(line ->
            assertThat(line)
                .matches("queue=letters message_id=\\S+ status=OK outcome=sent reason=-" + rest))
        .anySatisfy(line ->
            assertThat(line)
                .matches(
                    "queue=letters message_id=\\S+ status=INVALID_ARGUMENT outcome=poison"
                        + " reason=ARGUMENTO_INVALIDO"
                        + rest))
        .noneMatch(line -> line.contains("address"));
  }
}
