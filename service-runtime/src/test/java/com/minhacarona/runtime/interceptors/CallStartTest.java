package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.auth.Recalled;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class CallStartTest {
  private static final Recalled KNOWN = new Recalled(Optional.empty(), Optional.empty(), true);

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<Optional<Recalled>> begun = new ArrayList<>();
  private final CallStart start = new CallStart(new VerificationPlaces(3, 2));

  @Test
  void callsOfAnAddress_beyondItsShare_areRefusedAtOnce_untilOneIsVerified() {
    begin("127.0.0.2");
    begin("127.0.0.2");
    assertThat(begun).isEmpty();

    begin("127.0.0.2");
    assertThat(begun).containsExactly(Optional.empty());
    begin("127.0.0.3");
    assertThat(waiting).hasSize(3);

    waiting.remove().run();
    begin("127.0.0.2");
    assertThat(begun).containsExactly(Optional.empty(), Optional.of(Recalled.NOTHING));
    assertThat(waiting).hasSize(3);
  }

  @Test
  void placeOfACall_isFree_asSoonAsItsProofIsVerified() {
    begin("127.0.0.2");
    start
        .executor(call("127.0.0.2"), Recalled.NOTHING, fails(), waiting::add)
        .execute(() -> {
          var _ = CallStart.verified(Optional::of);
          // Still at work, which may take long.
          begin("127.0.0.2");
        });
    waiting.stream().skip(1).findFirst().orElseThrow().run();
    assertThat(begun).isEmpty();
    assertThat(waiting).hasSize(3);
  }

  @Test
  void placeOfACall_thatIsNeverVerified_isFreeAfterItsFirstStep() {
    for (int i = 0; i < 4; i++) {
      start.executor(call("127.0.0.2"), Recalled.NOTHING, fails(), Runnable::run).execute(() -> {});
    }
    begin("127.0.0.2");
    assertThat(begun).isEmpty();
  }

  @Test
  void placeOfACall_thatNoThreadTakes_isGivenBack() {
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() ->
              start
                  .executor(call("127.0.0.2"), Recalled.NOTHING, fails(), fails())
                  .execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
    }
  }

  @Test
  void callOfAKnownCaller_needsNoPlace_andBeginsWithWhatIsRecalled() {
    for (int i = 0; i < 4; i++) {
      start
          .executor(call("127.0.0.2"), KNOWN, Runnable::run, fails())
          .execute(() -> begun.add(CallStart.verified(r -> r)));
    }
    assertThat(begun).hasSize(4).containsOnly(Optional.of(KNOWN));
  }

  private void begin(String address) {
    start
        .executor(call(address), Recalled.NOTHING, fails(), waiting::add)
        .execute(() -> begun.add(CallStart.verified(r -> r)));
  }

  private static Executor fails() {
    return _ -> {
      throw new RejectedExecutionException();
    };
  }

  private static ServerCall<?, ?> call(String address) {
    return new ServerCall<Object, Object>() {
      @Override
      public void request(int numMessages) {}

      @Override
      public void sendHeaders(Metadata headers) {}

      @Override
      public void sendMessage(Object message) {}

      @Override
      public void close(Status status, Metadata trailers) {}

      @Override
      public boolean isCancelled() {
        return false;
      }

      @Override
      public Attributes getAttributes() {
        return Attributes.newBuilder()
            .set(
                Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
                new InetSocketAddress(InetAddress.ofLiteral(address), 1))
            .build();
      }

      @Override
      public MethodDescriptor<Object, Object> getMethodDescriptor() {
        throw new UnsupportedOperationException();
      }
    };
  }
}
