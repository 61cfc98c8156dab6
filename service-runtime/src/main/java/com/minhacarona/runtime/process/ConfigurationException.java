package com.minhacarona.runtime.process;

import java.util.List;

/** Everything that is wrong with the environment, in one message. */
public final class ConfigurationException extends CannotStartException {
  ConfigurationException(List<String> problems) {
    super("Cannot start, the environment is wrong:\n  " + String.join("\n  ", problems));
  }
}
