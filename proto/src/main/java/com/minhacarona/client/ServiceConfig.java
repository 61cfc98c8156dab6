package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Reads what is published for callers in all languages: the gRPC service config, {@code
 * service-config.json}, which sets what a caller retries and how it spreads its calls, and {@code
 * timeouts.json}, how long it waits.
 */
public final class ServiceConfig {

  /** The config as {@link io.grpc.ManagedChannelBuilder#defaultServiceConfig} takes it. */
  public static Map<String, ?> asMap() {
    return read("service-config.json", new TypeToken<>() {});
  }

  /** How long each RPC may take, all its attempts together, by its full name. */
  public static Map<String, Duration> timeouts() {
    return read("timeouts.json", new TypeToken<Map<String, String>>() {}).entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey,
                timeout -> Duration.parse("PT" + timeout.getValue().toUpperCase(Locale.ROOT))));
  }

  private static <T> T read(String file, TypeToken<T> type) {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(ServiceConfig.class.getResourceAsStream(file)), UTF_8)) {
      return new Gson().fromJson(json, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServiceConfig() {}
}
