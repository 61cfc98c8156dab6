package com.minhacarona.load.attack;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Tokens without end that name a real issuer, key and caller, each with a signature of its own that
 * is wrong. Nothing but the verification of the signature, the dearest step, tells them from good
 * ones.
 */
final class BadTokens implements Supplier<String> {
  private static final String BASE64URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /**
   * The first characters stay, because a signature that is greater than the key's modulus would be
   * refused at once; the last ones, because not all their bits count.
   */
  private static final int KEPT = 4;

  private final String signed;
  private final String signature;

  BadTokens(String good) {
    int end = good.lastIndexOf('.') + 1;
    signed = good.substring(0, end);
    signature = good.substring(end);
  }

  @Override
  public String get() {
    StringBuilder wrong = new StringBuilder(signature);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = KEPT; i < wrong.length() - KEPT; i++) {
      wrong.setCharAt(i, BASE64URL.charAt(random.nextInt(BASE64URL.length())));
    }
    return signed + wrong;
  }
}
