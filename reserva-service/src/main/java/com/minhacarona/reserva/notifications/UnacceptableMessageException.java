package com.minhacarona.reserva.notifications;

import com.minhacarona.table.UsuarioItem.Canal;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A provider minds something that we made, such as a header: a fault of ours, which no other
 * address and no repeat mends. Like {@link ProviderException}, it does not say to whom it was sent.
 */
final class UnacceptableMessageException extends RuntimeException {

  UnacceptableMessageException(Canal canal, SdkException failure) {
    super("%s: %s".formatted(canal, ProviderException.inWords(failure)));
  }
}
