package com.minhacarona.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the published gRPC service config, {@code service-config.json}, which sets what a caller
 * retries, how long it waits, and how it spreads its calls. Clients in other languages use the same
 * file.
 */
public final class ServiceConfig {
  private static final String FILE = "service-config.json";

  /** The config as {@link io.grpc.ManagedChannelBuilder#defaultServiceConfig} takes it. */
  public static Map<String, ?> asMap() {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(ServiceConfig.class.getResourceAsStream(FILE)), UTF_8)) {
      return new Gson().fromJson(json, new TypeToken<Map<String, Object>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServiceConfig() {}
}
