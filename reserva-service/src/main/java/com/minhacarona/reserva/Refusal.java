package com.minhacarona.reserva;

import com.minhacarona.runtime.call.Errors;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/**
 * Why a booking is refused, whichever way it was asked for: a caller gets it as an error, the
 * others as an event.
 *
 * @param reason for programs; the contract has all of them
 * @param message for people: what to do
 * @param metadata what belongs to the reason
 */
record Refusal(Code code, String reason, String message, Map<String, String> metadata) {

  /** The refusal as the error of a call. */
  StatusRuntimeException error() {
    return Errors.refusal(code, reason, message, metadata);
  }
}
