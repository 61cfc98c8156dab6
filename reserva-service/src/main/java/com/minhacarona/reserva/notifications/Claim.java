package com.minhacarona.reserva.notifications;

import com.minhacarona.table.AvisoItem;
import java.time.Instant;

/** How a claim of a note ended. */
sealed interface Claim {

  /** Nobody else tells it until the claim runs out. */
  record Claimed(AvisoItem aviso) implements Claim {}

  /** Another task may be telling it, until then at the latest. */
  record Busy(Instant until) implements Claim {}

  /** It was told, or refused for good. */
  record Over() implements Claim {}
}
