package com.minhacarona.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.minhacarona.runtime.connections.ListenerConfig;
import com.minhacarona.runtime.dynamodb.DynamoDbConfig;
import com.minhacarona.runtime.interceptors.PollLines;
import com.minhacarona.runtime.server.GrpcServerConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

  @Test
  void anEmptyEnvironment_givesDefaults() {
    Environment environment = new Environment(Map.of("AWS_REGION", "sa-east-1"));
    assertThat(GrpcServerConfig.from(environment))
        .isEqualTo(
            new GrpcServerConfig(
                new ListenerConfig(
                    50051,
                    "MINHA_CARONA_PORT",
                    50443,
                    "MINHA_CARONA_MTLS_PORT",
                    Optional.empty(),
                    false),
                true,
                true,
                300,
                PollLines.EACH,
                Duration.ofSeconds(5),
                Duration.ofSeconds(25)));
    assertThat(DynamoDbConfig.from(environment, "a-table").tableName()).isEqualTo("a-table");
    environment.verify();
  }

  @Test
  void variables_areRead() {
    Environment environment =
        new Environment(
            Map.of(
                "MINHA_CARONA_PORT", "8080",
                "MINHA_CARONA_DRAIN_TIMEOUT_MS", "1500",
                "MINHA_CARONA_TABLE", "other",
                "MINHA_CARONA_DYNAMODB_ENDPOINT", "http://127.0.0.1:8000"));
    assertThat(GrpcServerConfig.from(environment).listener().port()).isEqualTo(8080);
    assertThat(GrpcServerConfig.from(environment).drainTimeout())
        .isEqualTo(Duration.ofMillis(1500));
    DynamoDbConfig dynamoDb = DynamoDbConfig.from(environment, "a-table");
    assertThat(dynamoDb.tableName()).isEqualTo("other");
    assertThat(dynamoDb.endpoint()).contains(URI.create("http://127.0.0.1:8000"));
    environment.verify();
  }

  @Test
  void everythingThatIsWrong_isSaidAtOnce() {
    Environment environment =
        new Environment(
            Map.of(
                "MINHA_CARONA_PORT", "70000",
                "MINHA_CARONA_DRAIN_TIMEOUT_MS", "soon",
                "MINHA_CARONA_DYNAMODB_ENDPOINT", "localhost:8000",
                "MINHA_CARONA_PROT", "50051"));
    GrpcServerConfig.from(environment);
    DynamoDbConfig.from(environment, "a-table");
    assertThatThrownBy(environment::verify)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            Cannot start, the environment is wrong:
              MINHA_CARONA_PORT must be a whole number from 0 to 65535, and is '70000'
              MINHA_CARONA_DRAIN_TIMEOUT_MS must be a whole number from 1 to 80000, and is 'soon'
              MINHA_CARONA_DYNAMODB_ENDPOINT must be an http or https address, and is 'localhost:8000'
              AWS_REGION is not set
              MINHA_CARONA_PROT is not a variable of this program\
            """);
  }

  @Test
  void blank_isNotSet() {
    Environment environment =
        new Environment(Map.of("MINHA_CARONA_TABLE", " ", "MINHA_CARONA_OF_ANOTHER_SERVICE", ""));
    assertThat(environment.text("MINHA_CARONA_TABLE", "fallback")).isEqualTo("fallback");
    environment.verify();
  }
}
