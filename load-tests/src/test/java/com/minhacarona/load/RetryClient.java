package com.minhacarona.load;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.minhacarona.runtime.call.Tenant;
import com.minhacarona.v1.GetReservasRequest;
import com.minhacarona.v1.ReservaResponse;
import com.minhacarona.v1.ReservaServiceGrpc;
import com.minhacarona.v1.ReservaServiceGrpc.ReservaServiceStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls ReservaService at a steady rate with grpc-java. The page in {@code load-tests/clients}
 * tells the arguments, which are those of the clients in other languages.
 */
final class RetryClient {
  /** That of bookings in {@code timeouts.json}. */
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  public static void main(String[] args) throws Exception {
    Map<String, ?> serviceConfig =
        new Gson()
            .fromJson(Files.readString(Path.of(args[2])), new TypeToken<Map<String, Object>>() {});
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create())
            .defaultServiceConfig(serviceConfig)
            .build();
    String condominio = args[3];
    Metadata bound = new Metadata();
    bound.put(Tenant.HEADER, condominio);
    ReservaServiceStub stub =
        ReservaServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bound));
    AtomicInteger number = new AtomicInteger();
    OpenLoop calls =
        OpenLoop.run(
            Integer.parseInt(args[4]),
            Duration.ofSeconds(Integer.parseInt(args[5])),
            () -> call(stub, condominio, number.getAndIncrement()));
    channel.shutdownNow();
    Map<String, Integer> ended = new TreeMap<>();
    calls.failures().forEach((code, count) -> ended.put(code.name(), count.get()));
    if (calls.answered() > 0) {
      ended.put("OK", calls.answered());
    }
    System.out.println(new Gson().toJson(ended));
  }

  private static ListenableFuture<?> call(ReservaServiceStub stub, String condominio, int number) {
    ReservaServiceStub timed = stub.withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    End end = new End(SettableFuture.create());
    if (number % 2 == 0) {
      timed.processarReserva(
          SlowStore.booking().toBuilder().setCondominioId(condominio).build(), end);
    } else {
      timed.getReservas(
          GetReservasRequest.newBuilder().setCaronaId(SlowStore.booking().getCaronaId()).build(),
          end);
    }
    return end.future();
  }

  /** The end of a call, whatever was answered before. */
  private record End(SettableFuture<Boolean> future) implements StreamObserver<ReservaResponse> {
    @Override
    public void onNext(ReservaResponse response) {}

    @Override
    public void onError(Throwable failure) {
      future.setException(failure);
    }

    @Override
    public void onCompleted() {
      future.set(true);
    }
  }

  private RetryClient() {}
}
