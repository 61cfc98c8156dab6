package com.minhacarona.runtime.call;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes every error that leaves a service: a {@code google.rpc.Status} whose {@link ErrorInfo}
 * names the reason that programs branch on, and whose message tells a person what to do.
 */
public final class Errors {
  /** {@link ErrorInfo#getDomain} of every error. */
  public static final String DOMAIN = "minhacarona.com.br";

  /** Fields of the request are malformed; {@link BadRequest} lists all of them. */
  public static final String ARGUMENTO_INVALIDO = "ARGUMENTO_INVALIDO";

  /**
   * More was asked of the service or its store than they can carry; {@link RetryInfo} and {@link
   * #RETRY_PUSHBACK} say how long to wait.
   */
  public static final String SOBRECARGA = "SOBRECARGA";

  /**
   * The trailer by which gRPC's own clients wait before they repeat a call, in milliseconds. They
   * do not read {@link RetryInfo}. It is the pushback of gRPC's proposal A6 on retries.
   */
  public static final Metadata.Key<String> RETRY_PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  /** The call's deadline passed before there was an answer. */
  public static final String PRAZO_ESGOTADO = "PRAZO_ESGOTADO";

  /** The store, or a token's issuer, cannot be reached; nothing was changed. */
  public static final String INDISPONIVEL = "INDISPONIVEL";

  /** Too much contention for the same item; nothing was changed. */
  public static final String CONFLITO = "CONFLITO";

  /** The store's answer to a write was lost: it may have been carried out or not. */
  public static final String RESULTADO_DESCONHECIDO = "RESULTADO_DESCONHECIDO";

  /** The caller did not prove who it is. */
  public static final String NAO_AUTENTICADO = "NAO_AUTENTICADO";

  /** The caller is known, and may not do this. */
  public static final String SEM_PERMISSAO = "SEM_PERMISSAO";

  /** A fault of ours; the trace id in the metadata finds it in the logs. */
  public static final String ERRO_INTERNO = "ERRO_INTERNO";

  /** A refusal with a reason of the service's own. */
  public static StatusRuntimeException refusal(
      Status.Code code, String reason, String message, Map<String, String> metadata) {
    return error(code, reason, message, metadata);
  }

  /** Like the error of {@link RequestFields#check}, but with a reason of its own for one field. */
  public static StatusRuntimeException invalidField(
      String reason, String field, String description) {
    return error(
        Status.Code.INVALID_ARGUMENT,
        reason,
        "%s %s".formatted(field, description),
        Map.of(),
        BadRequest.newBuilder()
            .addFieldViolations(
                BadRequest.FieldViolation.newBuilder().setField(field).setDescription(description))
            .build());
  }

  /** Metadata of the call is malformed. */
  public static StatusRuntimeException invalidMetadata(String key, String description) {
    return invalidField(ARGUMENTO_INVALIDO, key, description);
  }

  /** Proxies take 8 KB of trailers; with this many of that length, there are fewer. */
  private static final int MAX_VIOLATIONS = 20;

  private static final int MAX_DESCRIPTION = 120;

  /** Fields of the request are malformed; the first {@value #MAX_VIOLATIONS} faults are told. */
  public static StatusRuntimeException invalidArgument(List<BadRequest.FieldViolation> violations) {
    // Many elements of one field may have the same fault, which must not crowd out other fields.
    List<BadRequest.FieldViolation> faults =
        violations.stream().map(Errors::cut).distinct().toList();
    List<BadRequest.FieldViolation> told = faults.stream().limit(MAX_VIOLATIONS).toList();
    String fields =
        String.join(
            ", ", told.stream().map(BadRequest.FieldViolation::getField).distinct().toList());
    int more = faults.size() - told.size();
    return error(
        Status.Code.INVALID_ARGUMENT,
        ARGUMENTO_INVALIDO,
        "Correct these fields and call again: "
            + fields
            + (more == 0 ? "" : ", and %s more faults".formatted(more)),
        Map.of(),
        BadRequest.newBuilder().addAllFieldViolations(told).build());
  }

  private static BadRequest.FieldViolation cut(BadRequest.FieldViolation violation) {
    String description = violation.getDescription();
    return description.length() <= MAX_DESCRIPTION
        ? violation
        : violation.toBuilder()
            .setDescription(description.substring(0, MAX_DESCRIPTION - 1) + "…")
            .build();
  }

  /** On-demand capacity of the store adapts within seconds; retries of ours end before that. */
  private static final Duration RETRY_AFTER_THROTTLING = Duration.ofSeconds(1);

  /** The store refuses to take more for now. */
  public static StatusRuntimeException throttled() {
    return overloaded(RETRY_AFTER_THROTTLING);
  }

  /** Short, because retry throttling lets a client repeat few of the calls that were refused. */
  private static final Duration RETRY_AFTER_SHEDDING = Duration.ofMillis(500);

  /** The service has as many calls as it can answer in time. */
  public static StatusRuntimeException shed() {
    return overloaded(RETRY_AFTER_SHEDDING);
  }

  private static StatusRuntimeException overloaded(Duration retryAfter) {
    StatusRuntimeException refusal =
        error(
            Status.Code.RESOURCE_EXHAUSTED,
            SOBRECARGA,
            "Too much is being asked for right now: wait as long as RetryInfo says and call again",
            Map.of(),
            RetryInfo.newBuilder().setRetryDelay(ProtoTimes.duration(retryAfter)).build());
    refusal.getTrailers().put(RETRY_PUSHBACK, Long.toString(retryAfter.toMillis()));
    return refusal;
  }

  /** Other calls changed the same item at the same time in every try; nothing was changed. */
  public static StatusRuntimeException conflict() {
    return error(
        Status.Code.ABORTED,
        CONFLITO,
        "Too many calls change the same item at once: nothing was done, call again");
  }

  /** The request may have changed something, or may do so later. */
  public static StatusRuntimeException outcomeUnknown() {
    return error(
        Status.Code.UNAVAILABLE,
        RESULTADO_DESCONHECIDO,
        "The store's answer was lost: make the very same call again to learn what became of it");
  }

  /** The caller's deadline passed; a request that writes may have changed something. */
  public static StatusRuntimeException deadlineExceeded() {
    return error(
        Status.Code.DEADLINE_EXCEEDED,
        PRAZO_ESGOTADO,
        "The deadline passed before there was an answer: call again, with a longer one");
  }

  /** The store does not answer. Only for a request that is certain to have changed nothing. */
  public static StatusRuntimeException unavailable() {
    return error(
        Status.Code.UNAVAILABLE, INDISPONIVEL, "The store did not answer: call again in a moment");
  }

  /** The same for every cause, so that nobody learns how to come closer. */
  public static StatusRuntimeException unauthenticated() {
    return error(
        Status.Code.UNAUTHENTICATED,
        NAO_AUTENTICADO,
        "Call with a valid token or client certificate");
  }

  /** Nobody can find out now whether the caller's proof is good. */
  public static StatusRuntimeException unverifiable() {
    return error(
        Status.Code.UNAVAILABLE,
        INDISPONIVEL,
        "Your token cannot be verified now, and nothing was done: call again in a moment");
  }

  /** What the caller asks for is not for callers like it. */
  public static StatusRuntimeException permissionDenied() {
    return error(
        Status.Code.PERMISSION_DENIED,
        SEM_PERMISSAO,
        "This caller may not do that: ask whoever runs the services if it should");
  }

  static StatusRuntimeException internal(String traceId) {
    return error(
        Status.Code.INTERNAL,
        ERRO_INTERNO,
        "A fault of the service, not of the request: report it with trace_id " + traceId,
        Map.of("trace_id", traceId));
  }

  /** The reason that an error's trailers carry. */
  public static Optional<String> reason(Status status, Metadata trailers) {
    if (status.isOk()) {
      return Optional.empty();
    }
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    return details.getDetailsList().stream()
        .filter(detail -> detail.is(ErrorInfo.class))
        .findFirst()
        .map(Errors::reason);
  }

  private static String reason(Any errorInfo) {
    try {
      return errorInfo.unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("we packed it", e);
    }
  }

  private static StatusRuntimeException error(Status.Code code, String reason, String message) {
    return error(code, reason, message, Map.of());
  }

  private static StatusRuntimeException error(
      Status.Code code,
      String reason,
      String message,
      Map<String, String> metadata,
      Message... more) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(message);
    status.addDetails(
        Any.pack(
            ErrorInfo.newBuilder()
                .setDomain(DOMAIN)
                .setReason(reason)
                .putAllMetadata(metadata)
                .build()));
    for (Message detail : more) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  private Errors() {}
}
