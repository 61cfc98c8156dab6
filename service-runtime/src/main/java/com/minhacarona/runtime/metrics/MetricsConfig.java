package com.minhacarona.runtime.metrics;

import com.minhacarona.runtime.process.Environment;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where meters are published.
 *
 * @param service the name of the service, a tag of every metric
 * @param environment the name of the deployment, another tag; without it nothing is published
 * @param region the AWS region
 * @param endpoint an address in place of CloudWatch's, which never gets real credentials
 * @param only the names in CloudWatch of the metrics that are published; all that are worth it when
 *     empty
 */
public record MetricsConfig(
    String service,
    Optional<String> environment,
    String region,
    Optional<URI> endpoint,
    Optional<Set<String>> only) {
  private static final Pattern NAMES = Pattern.compile("[a-z0-9.]+(?:,[a-z0-9.]+)*");

  /** With all metrics that are worth it. */
  public MetricsConfig(
      String service, Optional<String> environment, String region, Optional<URI> endpoint) {
    this(service, environment, region, endpoint, Optional.empty());
  }

  /** Measures without publishing anywhere. */
  public static MetricsConfig unpublished(String service) {
    return new MetricsConfig(service, Optional.empty(), "sa-east-1", Optional.empty());
  }

  public static MetricsConfig from(Environment variables, String service) {
    return new MetricsConfig(
        service,
        variables.optionalText("MINHA_CARONA_ENVIRONMENT"),
        variables.text("AWS_REGION", "sa-east-1"),
        variables.address("MINHA_CARONA_CLOUDWATCH_ENDPOINT"),
        variables
            .matching("MINHA_CARONA_METRICS", NAMES, "names of metrics with commas")
            .map(names -> Set.copyOf(List.of(names.split(",", -1)))));
  }
}
