package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cognito.AccountRecovery;
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
import software.amazon.awscdk.services.cognito.StringAttribute;
import software.amazon.awscdk.services.cognito.UserPool;
import software.amazon.awscdk.services.cognito.UserPoolClientOptions;
import software.amazon.awscdk.services.cognito.UserPoolDomainOptions;
import software.amazon.awscdk.services.cognito.UserPoolResourceServer;
import software.amazon.awscdk.services.cognito.UserPoolResourceServerOptions;
import software.constructs.Construct;

/** Who calls: residents, with the condominium that they live in, and services. */
final class IdentityStack extends EnvironmentStack {
  private static final ResourceServerScope INTERNAL =
      ResourceServerScope.Builder.create()
          .scopeName("internal")
          .scopeDescription("A service of ours, which may act for anyone")
          .build();

  IdentityStack(Construct scope, EnvironmentConfig config) {
    super(scope, "identity", config, "Minha Carona: residents and services that call");
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
                Map.of("condominio_id", StringAttribute.Builder.create().mutable(true).build()))
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
    pool.addDomain(
        "tokens",
        UserPoolDomainOptions.builder()
            .cognitoDomain(
                CognitoDomainOptions.builder().domainPrefix(config.named(getAccount())).build())
            .build());
    UserPoolResourceServer services =
        pool.addResourceServer(
            "services",
            UserPoolResourceServerOptions.builder()
                .identifier("minhacarona")
                .scopes(List.of(INTERNAL))
                .build());
    pool.addClient(
        "machine",
        UserPoolClientOptions.builder()
            .userPoolClientName(config.named("machine"))
            .generateSecret(true)
            .oAuth(
                OAuthSettings.builder()
                    .flows(OAuthFlows.builder().clientCredentials(true).build())
                    .scopes(List.of(OAuthScope.resourceServer(services, INTERNAL)))
                    .build())
            .build());
  }
}
