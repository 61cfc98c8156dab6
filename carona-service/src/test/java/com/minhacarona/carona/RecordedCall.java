package com.minhacarona.carona;

import com.minhacarona.v1.Carona;
import com.minhacarona.v1.CaronaUpdateResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A call of which a test says when the client reads, and that keeps all that it is sent. */
final class RecordedCall extends ServerCallStreamObserver<UpdateMessage> {
  final List<CaronaUpdateResponse> sent = new CopyOnWriteArrayList<>();
  volatile Optional<Throwable> error = Optional.empty();
  volatile Optional<RuntimeException> failure = Optional.empty();
  volatile Optional<Thread> sender = Optional.empty();
  volatile boolean completed;
  volatile boolean ready = true;

  /** How many messages of the client were asked for. */
  final AtomicInteger requested = new AtomicInteger();

  private Runnable onReady = () -> {};
  private Runnable onCancel = () -> {};

  /** The client reads again. */
  void read() {
    ready = true;
    onReady.run();
  }

  void cancel() {
    onCancel.run();
  }

  static CaronaUpdateResponse parsed(UpdateMessage message) {
    try (InputStream bytes = UpdateMessage.MARSHALLER.stream(message)) {
      return CaronaUpdateResponse.parseFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The states that were sent, in order. */
  List<Carona> states() {
    return sent.stream()
        .filter(CaronaUpdateResponse::hasAtualizacao)
        .map(response -> response.getAtualizacao().getCarona())
        .toList();
  }

  List<Long> versions() {
    return states().stream().map(Carona::getVersao).toList();
  }

  @Override
  public void onNext(UpdateMessage value) {
    failure.ifPresent(e -> {
      throw e;
    });
    if (completed || error.isPresent()) {
      throw new IllegalStateException("the call has ended");
    }
    sender = Optional.of(Thread.currentThread());
    sent.add(parsed(value));
  }

  @Override
  public void onError(Throwable t) {
    error = Optional.of(t);
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void request(int count) {
    requested.addAndGet(count);
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    onCancel = handler;
  }

  @Override
  public void setOnReadyThreshold(int bytes) {}

  @Override
  public void disableAutoRequest() {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void setCompression(String compression) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
