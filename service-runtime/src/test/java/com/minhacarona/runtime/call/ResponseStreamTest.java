package com.minhacarona.runtime.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import com.minhacarona.runtime.testing.Echo;
import com.minhacarona.runtime.testing.Refused;
import com.minhacarona.runtime.testing.TestServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
  private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
  private final AtomicInteger over = new AtomicInteger();
  private final AtomicReference<Code> ended = new AtomicReference<>();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void send_ofSeveralPages_answersAllMessagesInOrder() {
    try (TestServer server = server(pages(List.of(List.of("a", "b"), List.of(), List.of("c"))))) {
      assertThat(call(server)).containsExactly("a", "b", "c");
    }
  }

  @Test
  void send_ofNoPage_answersNothing() {
    try (TestServer server = server(pages(List.of()))) {
      assertThat(call(server)).isEmpty();
    }
  }

  @Test
  void send_whenAPageFails_endsTheCallWithItsError() {
    AtomicInteger fetched = new AtomicInteger();
    try (TestServer server =
        server(() -> {
          if (fetched.incrementAndGet() == 2) {
            throw Errors.refusal(Code.NOT_FOUND, "NADA", "There is nothing", Map.of());
          }
          return Optional.of(List.of(StringValue.of("a")));
        })) {
      Refused.by(() -> call(server)).as(Code.NOT_FOUND, "NADA");
    }
  }

  @Test
  void send_toASlowReader_holdsNoMoreThanOnePage() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger fetched = new AtomicInteger();
    List<String> tooEarly = new CopyOnWriteArrayList<>();
    AtomicInteger received = new AtomicInteger();
    try (TestServer server =
        server(() -> {
          int number = fetched.incrementAndGet();
          int read = asked.get();
          if (number > read + 1) {
            tooEarly.add("page %d while %d were asked for".formatted(number, read));
          }
          return number > 5
              ? Optional.empty()
              : Optional.of(List.of(StringValue.of(Integer.toString(number))));
        })) {
      ClientCall<StringValue, StringValue> call = start(server, received);
      for (int i = 1; i <= 5; i++) {
        int expected = i;
        asked.incrementAndGet();
        call.request(1);
        await().until(() -> received.get() == expected);
      }
      await().until(() -> threads.getActiveCount() == 0);
      assertThat(tooEarly).isEmpty();
    }
  }

  @Test
  void send_toAClientThatCancels_stops() {
    AtomicInteger received = new AtomicInteger();
    try (TestServer server = server(() -> Optional.of(List.of(StringValue.of("again"))))) {
      ClientCall<StringValue, StringValue> call = start(server, received);
      call.request(1);
      await().until(() -> received.get() == 1);
      assertThat(threads.getActiveCount()).as("it waits for the reader").isPositive();
      call.cancel("enough", null);
      await().until(() -> threads.getActiveCount() == 0);
    }
  }

  @Test
  void send_toAClientThatReadsNothingForTooLong_endsTheCall() {
    AtomicInteger received = new AtomicInteger();
    try (TestServer server =
        server(() -> Optional.of(List.of(StringValue.of("again"))), Duration.ofMillis(1))) {
      ClientCall<StringValue, StringValue> call = start(server, received);
      await().until(() -> over.get() == 1);
      await().until(() -> threads.getActiveCount() == 0);
      call.request(2);
      await().until(() -> ended.get() == Code.DEADLINE_EXCEEDED);
      assertThat(received).hasValue(0);
    }
  }

  @Test
  void send_whenOver_tellsOnce_beforeTheClientHears() {
    try (TestServer server = server(pages(List.of(List.of("a"), List.of("b"))))) {
      assertThat(call(server)).containsExactly("a", "b");
      assertThat(over).hasValue(1);
    }
  }

  @Test
  void send_whenAPageFails_tellsOnce_beforeTheClientHears() {
    try (TestServer server =
        server(() -> {
          throw Errors.refusal(Code.NOT_FOUND, "NADA", "There is nothing", Map.of());
        })) {
      Refused.by(() -> call(server)).as(Code.NOT_FOUND, "NADA");
      assertThat(over).hasValue(1);
    }
  }

  @Test
  void send_toAClientThatCancels_tellsOnce() {
    AtomicInteger received = new AtomicInteger();
    try (TestServer server = server(() -> Optional.of(List.of(StringValue.of("again"))))) {
      ClientCall<StringValue, StringValue> call = start(server, received);
      call.request(1);
      await().until(() -> received.get() == 1);
      assertThat(over).hasValue(0);
      call.cancel("enough", null);
      await().until(() -> threads.getActiveCount() == 0);
      assertThat(over).hasValue(1);
    }
  }

  @Test
  void send_withoutAThread_tellsOnce() {
    threads.shutdown();
    try (TestServer server = server(pages(List.of(List.of("a"))))) {
      Refused.by(() -> call(server)).as(Code.INTERNAL, Errors.ERRO_INTERNO);
      assertThat(over).hasValue(1);
    }
  }

  private TestServer server(Supplier<Optional<List<StringValue>>> nextPage) {
    return server(nextPage, ResponseStream.PATIENCE);
  }

  private TestServer server(Supplier<Optional<List<StringValue>>> nextPage, Duration patience) {
    return TestServer.inProcess(
        TestServer.NO_STORE,
        Echo.module((_, responses) ->
            ResponseStream.send(responses, threads, nextPage, over::incrementAndGet, patience)));
  }

  private static Supplier<Optional<List<StringValue>>> pages(List<List<String>> pages) {
    Iterator<List<String>> rest = pages.iterator();
    return () ->
        rest.hasNext()
            ? Optional.of(rest.next().stream().map(StringValue::of).toList())
            : Optional.empty();
  }

  private static List<String> call(TestServer server) {
    List<String> answers = new ArrayList<>();
    ClientCalls.blockingServerStreamingCall(
            server.channel(), Echo.STREAM, CallOptions.DEFAULT, StringValue.of("?"))
        .forEachRemaining(answer -> answers.add(answer.getValue()));
    return answers;
  }

  /** A call that asks for no answer yet. */
  private ClientCall<StringValue, StringValue> start(TestServer server, AtomicInteger received) {
    ClientCall<StringValue, StringValue> call =
        server.channel().newCall(Echo.STREAM, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(StringValue message) {
            received.incrementAndGet();
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.set(status.getCode());
          }
        },
        new Metadata());
    call.sendMessage(StringValue.of("?"));
    call.halfClose();
    return call;
  }
}
