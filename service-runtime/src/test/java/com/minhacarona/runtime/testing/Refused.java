package com.minhacarona.runtime.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.minhacarona.runtime.call.Errors;
import com.minhacarona.runtime.call.ProtoTimes;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An error that a caller gets through a stub, with its details unpacked. */
public final class Refused {
  private final Status.Code code;
  private final com.google.rpc.Status details;
  private final Metadata trailers;

  private Refused(StatusRuntimeException e) {
    code = e.getStatus().getCode();
    details = StatusProto.fromThrowable(e);
    trailers = e.getTrailers();
    assertThat(errorInfo().getDomain()).isEqualTo("minhacarona.com.br");
    assertThat(details.getMessage()).isNotBlank().isEqualTo(e.getStatus().getDescription());
  }

  /** Makes the call, and expects an error that carries our details. */
  public static Refused by(ThrowingCallable call) {
    return of(catchThrowableOfType(StatusRuntimeException.class, call));
  }

  public static Refused of(StatusRuntimeException e) {
    assertThat(e).as("the call should have failed").isNotNull();
    return new Refused(e);
  }

  public Refused as(Status.Code expectedCode, String expectedReason) {
    assertThat(code).isEqualTo(expectedCode);
    assertThat(reason()).isEqualTo(expectedReason);
    return this;
  }

  public Refused with(Map<String, String> metadata) {
    assertThat(errorInfo().getMetadataMap()).containsAllEntriesOf(metadata);
    return this;
  }

  public Status.Code code() {
    return code;
  }

  /** What a person is told. */
  public String message() {
    return details.getMessage();
  }

  public String reason() {
    return errorInfo().getReason();
  }

  public ErrorInfo errorInfo() {
    return detail(ErrorInfo.class);
  }

  public RetryInfo retryInfo() {
    return detail(RetryInfo.class);
  }

  /** Expects that a caller is told to wait so long, in the details and to gRPC's own clients. */
  public Refused retryAfter(Duration delay) {
    assertThat(retryInfo().getRetryDelay()).isEqualTo(ProtoTimes.duration(delay));
    assertThat(trailers.get(Errors.RETRY_PUSHBACK)).isEqualTo(Long.toString(delay.toMillis()));
    return this;
  }

  /** Whether gRPC's own clients are told when to repeat the call, or not to. */
  public boolean hasPushback() {
    return trailers.containsKey(Errors.RETRY_PUSHBACK);
  }

  /** The names of the fields that were refused, in order. */
  public List<String> fields() {
    return detail(BadRequest.class).getFieldViolationsList().stream()
        .map(FieldViolation::getField)
        .toList();
  }

  /** What is wrong with each of these fields. */
  public List<String> descriptions() {
    return detail(BadRequest.class).getFieldViolationsList().stream()
        .map(FieldViolation::getDescription)
        .toList();
  }

  private <T extends Message> T detail(Class<T> type) {
    for (Any detail : details.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return detail.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + details);
  }
}
