package com.minhacarona.runtime.tracing;

import com.minhacarona.runtime.process.Environment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where traces go.
 *
 * @param service the name of the service, which its segments carry
 * @param daemon {@code host:port} of the X-Ray daemon; without it nothing is traced
 * @param samplingRules a file of rules in X-Ray's format, in place of the rules in this jar
 */
public record TracingConfig(String service, Optional<String> daemon, Optional<Path> samplingRules) {

  /** Nothing is traced. */
  public static TracingConfig untraced(String service) {
    return new TracingConfig(service, Optional.empty(), Optional.empty());
  }

  /** Reads the daemon from the variable that X-Ray's SDKs and documentation use. */
  public static TracingConfig from(Environment environment, String service) {
    return new TracingConfig(
        service,
        environment.hostAndPort("AWS_XRAY_DAEMON_ADDRESS"),
        environment.readableFile("MINHA_CARONA_SAMPLING_RULES"));
  }
}
