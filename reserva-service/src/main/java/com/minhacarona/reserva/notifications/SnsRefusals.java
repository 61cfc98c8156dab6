package com.minhacarona.reserva.notifications;

import com.minhacarona.reserva.notifications.SendResult.Failed;
import com.minhacarona.reserva.notifications.SendResult.Refused;
import com.minhacarona.table.UsuarioItem.Canal;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Tells what SNS will never deliver from what it does not deliver now. The codes are those of
 * {@code Publish} in its API reference.
 */
final class SnsRefusals {
  /** The number has opted out; the endpoint is disabled or gone. */
  private static final Set<String> FINAL = Set.of("OptedOut", "EndpointDisabled", "NotFound");

  /** It may be the number or the endpoint, and may be anything else that we made. */
  private static final Set<String> OF_A_PARAMETER =
      Set.of("InvalidParameter", "InvalidParameterValue");

  /** How SNS says that it is the number or the endpoint, unless it repeats that itself. */
  private static final Pattern OF_THE_ADDRESS =
      Pattern.compile("phone ?number|target ?arn|endpoint", Pattern.CASE_INSENSITIVE);

  static SendResult judge(Canal canal, String address, SdkException failure) {
    String code = ProviderException.code(failure);
    if (FINAL.contains(code)) {
      return new Refused(code);
    }
    if (!OF_A_PARAMETER.contains(code)) {
      return new Failed(new ProviderException(canal, failure));
    }
    String words = ProviderException.words(failure);
    return words.contains(address) || OF_THE_ADDRESS.matcher(words).find()
        ? new Refused(code)
        : new Failed(new UnacceptableMessageException(canal, failure));
  }

  private SnsRefusals() {}
}
