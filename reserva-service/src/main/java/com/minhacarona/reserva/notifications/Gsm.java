package com.minhacarona.reserva.notifications;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Writes texts for SMS. One character outside of GSM's alphabet (3GPP TS 23.038) makes a message of
 * 160 characters one of 70, and a longer one is sent and billed as several. That alphabet lacks
 * most letters of Portuguese with accents, so that accents go.
 */
final class Gsm {
  static final int MAX_LENGTH = 160;

  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");

  /** The characters that GSM and ASCII share, each of which counts once. */
  private static final Pattern OTHERS = Pattern.compile("[^ -Z_a-z\\n]");

  /** ASCII has it, and GSM has not. */
  private static final char BACKTICK = '`';

  private static final String CUT = "...";

  /** The text in GSM's alphabet, cut to the length of one message. */
  static String message(String text) {
    return cut(alphabet(text), MAX_LENGTH);
  }

  /** The text with an ending that says so when it is longer than {@code max}. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = max - CUT.length();
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end).stripTrailing() + CUT;
  }

  static String alphabet(String text) {
    String decomposed =
        Normalizer.normalize(
            text.replace('→', '-').replace('–', '-').replace('—', '-').replace('’', '\''),
            Normalizer.Form.NFKD);
    String ascii = ACCENTS.matcher(decomposed).replaceAll("").replace(BACKTICK, '\'');
    return OTHERS.matcher(ascii).replaceAll("").strip();
  }

  private Gsm() {}
}
