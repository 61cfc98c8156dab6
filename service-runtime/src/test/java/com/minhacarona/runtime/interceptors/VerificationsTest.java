package com.minhacarona.runtime.interceptors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class VerificationsTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<Boolean> refused = new ArrayList<>();
  private final Verifications verifications = new Verifications(3, 2);

  @Test
  void callsOfAnAddress_beyondItsShare_areRefusedAtOnceUntilOneHasBegun() {
    begin("127.0.0.2");
    begin("127.0.0.2");
    assertThat(refused).isEmpty();

    begin("127.0.0.2");
    assertThat(refused).containsExactly(true);
    begin("127.0.0.3");
    assertThat(waiting).hasSize(3);

    waiting.remove().run();
    begin("127.0.0.2");
    assertThat(refused).containsExactly(true, false);
    assertThat(waiting).hasSize(3);
  }

  @Test
  void placeOfACall_thatNoThreadTakes_isGivenBack() {
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() ->
              verifications
                  .beginning(
                      call("127.0.0.2"),
                      _ -> {
                        throw new RejectedExecutionException();
                      })
                  .execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
    }
  }

  private void begin(String address) {
    verifications
        .beginning(call(address), waiting::add)
        .execute(() -> refused.add(Verifications.refusesThisCall()));
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
