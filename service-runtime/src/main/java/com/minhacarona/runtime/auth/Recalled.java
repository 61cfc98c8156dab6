package com.minhacarona.runtime.auth;

import com.minhacarona.runtime.call.Caller;
import java.util.Optional;

/**
 * What is remembered of the tokens of a call. It is looked up once, when the call comes, so that
 * what was known then is known until the call has begun.
 *
 * @param author whose token came as the one of who makes the call
 * @param user whose token came as the one of whom the call is made for
 * @param complete whether nothing that came has to be verified
 */
public record Recalled(Optional<Caller> author, Optional<Caller> user, boolean complete) {
  /** Of a call of which nobody has looked anything up. */
  public static final Recalled NOTHING = new Recalled(Optional.empty(), Optional.empty(), false);
}
