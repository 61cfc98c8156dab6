package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpJwtAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.CorsHttpMethod;
import software.amazon.awscdk.services.apigatewayv2.CorsPreflightOptions;
import software.amazon.awscdk.services.apigatewayv2.DomainMappingOptions;
import software.amazon.awscdk.services.apigatewayv2.DomainName;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.LogGroupLogDestination;
import software.amazon.awscdk.services.apigatewayv2.SecurityPolicy;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * The public REST API: a gateway that the world reaches and residents get through, and the function
 * behind it.
 */
final class ApiStack extends EnvironmentStack {
  /** What scripts of the app may send besides what every page may, and read of an answer. */
  private static final List<String> SENT =
      List.of(
          "authorization",
          "content-type",
          "idempotency-key",
          "if-none-match",
          "prefer",
          "traceparent");

  private static final List<String> READ =
      List.of("etag", "link", "location", "preference-applied", "retry-after", "x-amzn-trace-id");

  private static final List<CorsHttpMethod> METHODS =
      List.of(
          CorsHttpMethod.DELETE,
          CorsHttpMethod.GET,
          CorsHttpMethod.PATCH,
          CorsHttpMethod.POST,
          CorsHttpMethod.PUT);

  /** The longest that browsers heed, but for one that takes two hours at most. */
  private static final Duration CORS_KEPT = Duration.hours(24);

  /**
   * A request's line, in the gateway's words. No address, path or id of a person is in it; {@code
   * request_id} is also in the function's line, which has the route.
   */
  private static final Map<String, String> LINE =
      Map.of(
          "timestamp", "requestTime",
          "gateway_request_id", "requestId",
          "request_id", "integration.requestId",
          "method", "httpMethod",
          "status", "status",
          "duration_ms", "responseLatency",
          "function_ms", "integrationLatency",
          "function_fault", "integrationErrorMessage",
          "token_fault", "authorizer.error",
          "gateway_fault", "error.message");

  private final HttpApi gateway;

  ApiStack(
      Construct scope,
      EnvironmentConfig config,
      NetworkStack network,
      MessagingStack messaging,
      IdentityStack identity) {
    super(scope, "api", config, "Minha Carona: the public REST API");
    ApiFunction function = new ApiFunction(this, config, network, messaging, identity);
    gateway =
        HttpApi.Builder.create(this, "gateway")
            .apiName(config.named("api"))
            .description("Minha Carona: the public REST API")
            .createDefaultStage(false)
            // Under its own name only, if it has one: callers must not get used to the other.
            .disableExecuteApiEndpoint(config.api().domain().isPresent())
            .corsPreflight(
                CorsPreflightOptions.builder()
                    .allowOrigins(config.api().origins())
                    .allowMethods(METHODS)
                    .allowHeaders(SENT)
                    .exposeHeaders(READ)
                    .maxAge(CORS_KEPT)
                    .build())
            .defaultAuthorizer(
                HttpJwtAuthorizer.Builder.create("residents", identity.issuer())
                    .authorizerName("residents")
                    .jwtAudience(List.of(identity.residentsClientId()))
                    .build())
            .defaultIntegration(new HttpLambdaIntegration("function", function.function()))
            .build();
    HttpStage.Builder stage =
        HttpStage.Builder.create(this, "stage")
            .httpApi(gateway)
            .stageName("$default")
            .autoDeploy(true)
            .throttle(
                ThrottleSettings.builder()
                    .rateLimit(config.api().rate())
                    .burstLimit(config.api().burst())
                    .build());
    config.api().domain().ifPresent(name -> stage.domainMapping(mapping(config, name)));
    log(config, stage.build());
    String address =
        config.api().domain().map("https://"::concat).orElseGet(gateway::getApiEndpoint);
    output("Address", "Where the public API is", address);
  }

  private void log(EnvironmentConfig config, HttpStage stage) {
    LogGroup access =
        LogGroup.Builder.create(this, "access")
            .logGroupName("/minha-carona/%s/api-gateway".formatted(config.name()))
            .retention(config.logs())
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    String destination = new LogGroupLogDestination(access).bind(stage).getDestinationArn();
    ((CfnStage) stage.getNode().getDefaultChild())
        .setAccessLogSettings(
            CfnStage.AccessLogSettingsProperty.builder()
                .destinationArn(destination)
                .format(line())
                .build());
  }

  private static String line() {
    return LINE.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(field -> "\"%s\":\"$context.%s\"".formatted(field.getKey(), field.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** The API's own name, which the domain's DNS has to point at the target that is told. */
  private DomainMappingOptions mapping(EnvironmentConfig config, String name) {
    String certificate =
        StringParameter.valueForStringParameter(this, config.parameter("api-certificate-arn"));
    DomainName domain =
        DomainName.Builder.create(this, "domain")
            .domainName(name)
            .certificate(Certificate.fromCertificateArn(this, "certificate", certificate))
            .securityPolicy(SecurityPolicy.TLS_1_2)
            .build();
    output("Target", "What the API's name has to be a CNAME of", domain.getRegionalDomainName());
    return DomainMappingOptions.builder().domainName(domain).build();
  }

  private void output(String id, String description, String value) {
    CfnOutput.Builder.create(this, id).description(description).value(value).build();
  }

  /** What CloudWatch knows the gateway by. */
  String gatewayId() {
    return gateway.getApiId();
  }
}
