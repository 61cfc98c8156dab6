package com.minhacarona.reserva.notifications;

import java.time.Instant;

/** How the telling of an event to one resident on one channel ended. */
sealed interface Delivery {

  /** The provider has taken it. */
  record Sent() implements Delivery {}

  /** The provider had taken it, or refused it for good, when the event came before. */
  record Repeated() implements Delivery {}

  /** The provider has refused it for good. */
  record Refused() implements Delivery {}

  /** The resident does not want it, or cannot be reached. */
  enum Skipped implements Delivery {
    /** There is no such resident in the condominium, or the item cannot be read. */
    NO_RESIDENT,
    OPTED_OUT,
    NO_CONSENT,
    NO_CONTACT
  }

  /** It is too early: the resident is not to be disturbed until then. */
  record Quiet(Instant until) implements Delivery {}

  /** Another task may be sending it, until then at the latest. */
  record Busy(Instant until) implements Delivery {}

  /** Nobody was told, or nobody knows. A later try may end better. */
  record Failed(RuntimeException cause) implements Delivery {}

  /** Whether it says how the provider does. */
  default boolean isOfTheProvider() {
    return switch (this) {
      case Sent _, Refused _, Failed _ -> true;
      case Repeated _, Skipped _, Quiet _, Busy _ -> false;
    };
  }

  /** For meters: one word. */
  default String outcome() {
    return switch (this) {
      case Sent _ -> "sent";
      case Repeated _ -> "repeated";
      case Refused _ -> "refused";
      case Skipped.NO_RESIDENT -> "no_resident";
      case Skipped.OPTED_OUT -> "opted_out";
      case Skipped.NO_CONSENT -> "no_consent";
      case Skipped.NO_CONTACT -> "no_contact";
      case Quiet _ -> "quiet";
      case Busy _ -> "busy";
      case Failed _ -> "failed";
    };
  }
}
