package com.minhacarona.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionsStackTest {
  static List<String> regions() {
    return List.of(EnvironmentConfig.HOME, EnvironmentConfig.AWAY);
  }

  @ParameterizedTest
  @MethodSource("regions")
  void eachRegion_hasABucket_privateAndOverTls_forTheFunctionsThere(String region) {
    String stack = "minha-carona-functions-" + region;
    JsonNode bucket = Synthesis.DEPLOYED.only(stack, "AWS::S3::Bucket");
    assertThat(bucket.get("BucketName").toString())
        .contains("minha-carona-functions-", "AWS::AccountId", region);
    assertThat(bucket.at("/PublicAccessBlockConfiguration"))
        .allSatisfy(blocked -> assertThat(blocked.asBoolean()).isTrue());
    assertThat(Synthesis.DEPLOYED.only(stack, "AWS::S3::BucketPolicy").toString())
        .contains("aws:SecureTransport");
    EnvironmentConfig.ALL.stream()
        .filter(config -> config.region().equals(region))
        .forEach(config ->
            assertThat(
                    Synthesis.DEPLOYED
                        .only(config.named("api"), "AWS::Lambda::Function")
                        .at("/Code/S3Bucket"))
                .isEqualTo(bucket.get("BucketName")));
  }
}
