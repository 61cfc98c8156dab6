package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Reads a request out of bytes that may be anything. */
@FunctionalInterface
public interface Reading {
  void read() throws InvalidProtocolBufferException;

  /** Reads, and lets pass only the refusals that say that the request is the caller's fault. */
  static void readOrRefuse(Reading reading) {
    try {
      reading.read();
    } catch (InvalidProtocolBufferException _) {
      // No message of this type: the runtime refuses it before the service sees it.
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }
}
