package com.minhacarona.runtime.connections;

/** Certificates or a key that no connection can be opened with; the message says why. */
final class UnusableException extends Exception {
  UnusableException(String message) {
    super(message);
  }

  UnusableException(String message, Throwable cause) {
    super(message, cause);
  }
}
