package com.minhacarona.cdk;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** Statements of IAM policies, each with its actions and its one resource named. */
final class Policies {
  /** Why a role may have a {@code *} among its resources. */
  static final String WILDCARDS = "docs/operations/permissions.md lists each with its reason.";

  static PolicyStatement allow(String resource, String... actions) {
    return PolicyStatement.Builder.create()
        .actions(List.of(actions))
        .resources(List.of(resource))
        .build();
  }

  /** As {@link #allow}, for requests in which the key has this value. */
  static PolicyStatement allowWhen(
      String conditionKey, String value, String resource, String... actions) {
    PolicyStatement statement = allow(resource, actions);
    statement.addConditions(whenEquals(conditionKey, value));
    return statement;
  }

  /** As {@link #allow}, of all resources but these. */
  static PolicyStatement allowOtherThan(String resource, String... actions) {
    return PolicyStatement.Builder.create()
        .actions(List.of(actions))
        .notResources(List.of(resource))
        .build();
  }

  static Map<String, Object> whenEquals(String conditionKey, String value) {
    return Map.of("StringEquals", Map.of(conditionKey, value));
  }

  /** A role's only policy. */
  static Map<String, PolicyDocument> named(String name, PolicyStatement... statements) {
    return Map.of(name, PolicyDocument.Builder.create().statements(List.of(statements)).build());
  }

  private Policies() {}
}
