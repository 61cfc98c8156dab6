package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.cognito.AccountRecovery;
import software.amazon.awscdk.services.cognito.AuthFlow;
import software.amazon.awscdk.services.cognito.CfnUserPoolClient;
import software.amazon.awscdk.services.cognito.ClientAttributes;
import software.amazon.awscdk.services.cognito.CognitoDomainOptions;
import software.amazon.awscdk.services.cognito.FeaturePlan;
import software.amazon.awscdk.services.cognito.Mfa;
import software.amazon.awscdk.services.cognito.MfaSecondFactor;
import software.amazon.awscdk.services.cognito.OAuthFlows;
import software.amazon.awscdk.services.cognito.OAuthScope;
import software.amazon.awscdk.services.cognito.OAuthSettings;
import software.amazon.awscdk.services.cognito.PasswordPolicy;
import software.amazon.awscdk.services.cognito.ResourceServerScope;
import software.amazon.awscdk.services.cognito.SignInAliases;
import software.amazon.awscdk.services.cognito.StandardAttributesMask;
import software.amazon.awscdk.services.cognito.StringAttribute;
import software.amazon.awscdk.services.cognito.UserPool;
import software.amazon.awscdk.services.cognito.UserPoolClient;
import software.amazon.awscdk.services.cognito.UserPoolClientOptions;
import software.amazon.awscdk.services.cognito.UserPoolDomain;
import software.amazon.awscdk.services.cognito.UserPoolDomainOptions;
import software.amazon.awscdk.services.cognito.UserPoolResourceServer;
import software.amazon.awscdk.services.cognito.UserPoolResourceServerOptions;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/**
 * Who calls: residents, with the condominium that they live in, and the public API that acts for
 * them. What services have to know to believe them is stored for {@code ecs-task-def.json}.
 */
final class IdentityStack extends EnvironmentStack {
  /** The setting with whose tokens are believed. */
  static final String ISSUERS = "issuers";

  /** The setting with whose client certificates are believed. */
  static final String CLIENT_CERTIFICATES = "client-certificates";

  private static final String RESOURCE_SERVER = "minha-carona";
  private static final String CONDOMINIO = "condominio_id";

  /** Of every token: what a caller has lost, it can use no longer than this. */
  private static final Duration TOKENS = Duration.hours(1);

  private static final Duration SIGNED_IN = Duration.days(30);

  private static final ResourceServerScope ON_BEHALF_OF =
      ResourceServerScope.Builder.create()
          .scopeName("on-behalf-of")
          .scopeDescription("May act for a resident whose token it passes on")
          .build();

  private static final ResourceServerScope LIST_ALL =
      ResourceServerScope.Builder.create()
          .scopeName("list-all")
          .scopeDescription("May list the rides of all condominiums")
          .build();

  private final String issuer;
  private final String tokenEndpoint;
  private final UserPoolClient residents;
  private final UserPoolClient api;
  private final Secret apiSecret;

  IdentityStack(Construct scope, EnvironmentConfig config) {
    super(scope, "identity", config, "Minha Carona: residents and services that call");
    UserPool pool = pool(config);
    UserPoolDomain tokens =
        pool.addDomain(
            "tokens",
            UserPoolDomainOptions.builder()
                .cognitoDomain(
                    CognitoDomainOptions.builder().domainPrefix(config.named(getAccount())).build())
                .build());
    tokenEndpoint = tokens.baseUrl() + "/oauth2/token";
    UserPoolResourceServer services =
        pool.addResourceServer(
            "services",
            UserPoolResourceServerOptions.builder()
                .identifier(RESOURCE_SERVER)
                .scopes(List.of(ON_BEHALF_OF, LIST_ALL))
                .build());
    residents = residents(config, pool);
    api = publicApi(config, pool, services);
    apiSecret = secret(config);
    issuer = "https://cognito-idp.%s.amazonaws.com/%s".formatted(getRegion(), pool.getUserPoolId());
    BelievedIssuers issuers = new BelievedIssuers();
    if (config.egress() != Egress.INTERFACE_ENDPOINTS) {
      issuers
          .programs(issuer, api.getUserPoolClientId(), RESOURCE_SERVER, ON_BEHALF_OF.getScopeName())
          .users(issuer, residents.getUserPoolClientId(), "custom:" + CONDOMINIO);
      if (config.callers().haveRoles()) {
        String iam = StringParameter.valueForStringParameter(this, config.parameter("iam-issuer"));
        issuers.roles(iam, config.named("grpc"), getAccount(), config.callers());
      }
    }
    store(config, ISSUERS, issuers.json());
    store(
        config, CLIENT_CERTIFICATES, BelievedIssuers.certificates(config.callers().certificates()));
    output("UserPool", "The user pool of residents", pool.getUserPoolId());
    output("ResidentsClient", "What residents sign in by", residents.getUserPoolClientId());
    output("PublicApiClient", "What the public API asks for tokens by", api.getUserPoolClientId());
  }

  private UserPool pool(EnvironmentConfig config) {
    UserPool pool =
        UserPool.Builder.create(this, "residents")
            .userPoolName(config.named("residents"))
            .featurePlan(FeaturePlan.ESSENTIALS)
            .selfSignUpEnabled(false)
            .signInAliases(SignInAliases.builder().email(true).build())
            .accountRecovery(AccountRecovery.EMAIL_ONLY)
            .passwordPolicy(
                PasswordPolicy.builder()
                    .minLength(12)
                    .requireLowercase(true)
                    .requireUppercase(true)
                    .requireDigits(true)
                    .requireSymbols(true)
                    .build())
            .mfa(Mfa.OPTIONAL)
            .mfaSecondFactor(MfaSecondFactor.builder().otp(true).sms(false).build())
            .customAttributes(
                Map.of(CONDOMINIO, StringAttribute.Builder.create().mutable(true).build()))
            .deletionProtection(true)
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    Nag.explain(
        pool,
        "AwsSolutions-COG2",
        "Residents may turn a second factor on; to share a ride they need not.");
    for (String rule : List.of("AwsSolutions-COG3", "AwsSolutions-COG8")) {
      Nag.explain(
          pool, rule, "Threat protection comes with the plan that costs more for each resident.");
    }
    return pool;
  }

  /** What residents sign in by. They see their condominium and cannot write it. */
  private static UserPoolClient residents(EnvironmentConfig config, UserPool pool) {
    return pool.addClient(
        "residents",
        UserPoolClientOptions.builder()
            .userPoolClientName(config.named("residents"))
            .authFlows(AuthFlow.builder().userSrp(true).build())
            .disableOAuth(true)
            .preventUserExistenceErrors(true)
            .readAttributes(
                new ClientAttributes()
                    .withStandardAttributes(
                        StandardAttributesMask.builder().email(true).fullname(true).build())
                    .withCustomAttributes(CONDOMINIO))
            .writeAttributes(named())
            .idTokenValidity(TOKENS)
            .accessTokenValidity(TOKENS)
            .refreshTokenValidity(SIGNED_IN)
            .build());
  }

  /** What the public API asks for tokens by, with a secret. */
  private static UserPoolClient publicApi(
      EnvironmentConfig config, UserPool pool, UserPoolResourceServer services) {
    return pool.addClient(
        "public-api",
        UserPoolClientOptions.builder()
            .userPoolClientName(config.named("public-api"))
            .generateSecret(true)
            // Without a list of flows, users could sign in by it.
            .authFlows(AuthFlow.builder().userSrp(false).build())
            .oAuth(
                OAuthSettings.builder()
                    .flows(OAuthFlows.builder().clientCredentials(true).build())
                    .scopes(List.of(OAuthScope.resourceServer(services, ON_BEHALF_OF)))
                    .build())
            .writeAttributes(named())
            .accessTokenValidity(TOKENS)
            .build());
  }

  /** The public API's client secret: CloudFormation copies it, so that nobody has to see it. */
  private Secret secret(EnvironmentConfig config) {
    CfnUserPoolClient client = (CfnUserPoolClient) api.getNode().getDefaultChild();
    Secret secret =
        Secret.Builder.create(this, "public-api-secret")
            .secretName(config.named("public-api"))
            .description("What the public API asks for tokens by")
            .secretStringValue(SecretValue.resourceAttribute(client.getAttrClientSecret()))
            .build();
    Nag.explain(
        secret,
        "AwsSolutions-SMG4",
        "Cognito makes it with the client; another needs a new client.");
    return secret;
  }

  /** All that a user may write by a client; without a list, it may be more. */
  private static ClientAttributes named() {
    return new ClientAttributes()
        .withStandardAttributes(StandardAttributesMask.builder().fullname(true).build());
  }

  private void store(EnvironmentConfig config, String setting, String value) {
    StringParameter.Builder.create(this, setting)
        .parameterName(config.parameter(setting))
        .stringValue(value)
        .build();
  }

  /** The {@code iss} of all tokens of the pool. */
  String issuer() {
    return issuer;
  }

  /** What residents sign in by: the {@code aud} of their ID tokens. */
  String residentsClientId() {
    return residents.getUserPoolClientId();
  }

  /** Where programs ask for tokens. */
  String tokenEndpoint() {
    return tokenEndpoint;
  }

  /** As whom the public API asks for them. */
  String apiClientId() {
    return api.getUserPoolClientId();
  }

  /** Where the public API reads its client secret. */
  String apiSecretArn() {
    return apiSecret.getSecretArn();
  }

  private void output(String id, String description, String value) {
    CfnOutput.Builder.create(this, id).description(description).value(value).build();
  }
}
