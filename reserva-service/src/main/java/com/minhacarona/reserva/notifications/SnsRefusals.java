package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.notifications.SendResult.Failed;
import com.minhacarona.reserva.notifications.SendResult.Refused;
import com.minhacarona.table.UsuarioItem.Canal;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Tells what SNS will never deliver from what it does not deliver now. The codes are those of
 * {@code Publish} in its API reference.
 */
final class SnsRefusals {
  /** The number or endpoint is none, has opted out, is disabled, or is gone. */
  private static final Set<String> FINAL =
      Set.of(
          "InvalidParameter", "InvalidParameterValue", "OptedOut", "EndpointDisabled", "NotFound");

  static SendResult judge(Canal canal, SdkException failure) {
    String code = ProviderException.code(failure);
    return FINAL.contains(code)
        ? new Refused(code)
        : new Failed(new ProviderException(canal, failure));
  }

  private SnsRefusals() {}
}
