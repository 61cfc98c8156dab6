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

class CallStartTest {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final List<String> verified = new ArrayList<>();
  private final CallStart start = new CallStart(new VerificationPlaces(3, 2), waiting::add);

  @Test
  void callsOfAnAddress_beyondItsShare_areRefused_untilOneIsVerified() {
    assertThat(begins("127.0.0.2")).isTrue();
    assertThat(begins("127.0.0.2")).isTrue();
    assertThat(verified).isEmpty();

    assertThat(begins("127.0.0.2")).isFalse();
    assertThat(begins("127.0.0.3")).isTrue();
    assertThat(begins("127.0.0.4")).as("all are taken").isFalse();

    waiting.remove().run();
    assertThat(verified).containsExactly("127.0.0.2");
    assertThat(begins("127.0.0.2")).isTrue();
  }

  @Test
  void placeOfACall_isFree_asSoonAsItsProofIsVerified() {
    assertThat(begins("127.0.0.2")).isTrue();
    assertThat(
            start.verifying(
                call("127.0.0.2"),
                isVerified -> {
                  isVerified.run();
                  // Still at work, which may take long.
                  assertThat(begins("127.0.0.2")).isTrue();
                  return nobody();
                }))
        .isPresent();
    waiting.stream().skip(1).findFirst().orElseThrow().run();
    assertThat(waiting).hasSize(3);
  }

  @Test
  void placeOfACall_thatIsNeverVerified_isFreeAfterItsFirstStep() {
    CallStart atOnce = new CallStart(new VerificationPlaces(3, 2), Runnable::run);
    for (int i = 0; i < 4; i++) {
      assertThat(atOnce.verifying(call("127.0.0.2"), _ -> nobody())).isPresent();
    }
  }

  @Test
  void placeOfACall_thatNoThreadTakes_isGivenBack() {
    CallStart without =
        new CallStart(
            new VerificationPlaces(3, 2),
            _ -> {
              throw new RejectedExecutionException();
            });
    for (int i = 0; i < 4; i++) {
      assertThatThrownBy(() -> without.verifying(call("127.0.0.2"), _ -> nobody()))
          .isInstanceOf(RejectedExecutionException.class);
    }
  }

  private boolean begins(String address) {
    return start
        .verifying(
            call(address),
            isVerified -> {
              verified.add(address);
              isVerified.run();
              return nobody();
            })
        .isPresent();
  }

  private static ServerCall.Listener<Object> nobody() {
    return new ServerCall.Listener<>() {};
  }

  private static ServerCall<Object, Object> call(String address) {
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
