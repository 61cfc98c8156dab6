package com.minhacarona.runtime.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.minhacarona.runtime.testing.TestServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;

/** The two ways to read a stream; how DynamoDB Local's is read, the feed of its user tests. */
class TableStreamReaderTest {
  private final ScriptedStream stream = new ScriptedStream();
  private final TableStreamReader reader =
      new TableStreamReader(stream.table(), stream, TestServer.NO_STORE);
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger gaps = new AtomicInteger();
  private final AtomicInteger troubles = new AtomicInteger();

  /** Fails for as many changes as there are troubles, and keeps the others. */
  private final class Recorder implements TableStreamReader.Listener {
    @Override
    public void changed(TableChange change) {
      if (troubles.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        throw new IllegalStateException("the listener cannot take it now");
      }
      told.add(change.newImage().orElseThrow().get("id").s());
    }

    @Override
    public void gap() {
      gaps.incrementAndGet();
    }
  }

  @BeforeEach
  void open() {
    stream.open("s1", null);
    stream.change("s1", "a", "b");
  }

  @AfterEach
  void stop() {
    reader.stop();
  }

  @Test
  void start_tellsWhatChangesFromThenOn_andOfAGapAfterTrouble() {
    reader.start(new Recorder());
    await().until(() -> gaps.get() == 1);
    stream.change("s1", "c");
    await().until(() -> told.contains("c"));
    stream.fail(ExpiredIteratorException.builder().message("so it is").build());
    await().until(() -> gaps.get() == 2);
    stream.change("s1", "d");
    await().until(() -> told.contains("d"));
    assertThat(told).containsExactly("c", "d");
  }

  @Test
  void startComplete_tellsAllThatThereIs() {
    reader.startComplete(new Recorder());
    await().until(() -> told.size() == 2);
    stream.change("s1", "c");
    await().until(() -> told.size() == 3);
    assertThat(told).containsExactly("a", "b", "c");
    assertThat(gaps).hasValue(0);
  }

  @Test
  void startComplete_afterTroubleOfTheStream_goesOnWhereItWas() {
    reader.startComplete(new Recorder());
    await().until(() -> told.size() == 2);
    stream.fail(ExpiredIteratorException.builder().message("so it is").build());
    stream.change("s1", "c");
    await().until(() -> told.contains("c"));
    assertThat(told).containsExactly("a", "b", "c");
    assertThat(gaps).hasValue(0);
  }

  @Test
  void startComplete_afterTroubleOfTheListener_tellsTheSameChangeAgain() {
    troubles.set(2);
    reader.startComplete(new Recorder());
    await().until(() -> told.size() == 2);
    assertThat(told).containsExactly("a", "b");
  }

  @Test
  void startComplete_whenChangesAreGone_tellsOfAGap_andTheOthers() {
    reader.startComplete(new Recorder());
    await().until(() -> told.size() == 2);
    stream.change("s1", "lost");
    troubles.set(Integer.MAX_VALUE);
    await().until(() -> troubles.get() < Integer.MAX_VALUE);
    stream.change("s1", "lost, too");
    stream.trim("s1");
    stream.change("s1", "d");
    troubles.set(0);
    await().until(() -> told.contains("d"));
    assertThat(told).containsExactly("a", "b", "d");
    assertThat(gaps).hasValue(1);
  }

  @Test
  void shards_thatSplit_areReadAfterTheirParent() {
    reader.startComplete(new Recorder());
    await().until(() -> told.size() == 2);
    stream.change("s1", "c");
    stream.open("s2", "s1");
    stream.change("s2", "e");
    stream.open("s3", "s1");
    stream.change("s1", "d");
    stream.end("s1");
    await().until(() -> told.contains("e"));
    stream.change("s3", "f");
    await().until(() -> told.contains("f"));
    assertThat(told).containsExactly("a", "b", "c", "d", "e", "f");
  }
}
