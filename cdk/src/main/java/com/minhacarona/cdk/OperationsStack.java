package com.minhacarona.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;

/** Who is told what: alarms, the dashboard, and budgets. */
final class OperationsStack extends EnvironmentStack {
  private static final List<Integer> BUDGET_PERCENT = List.of(50, 80, 100);

  /** How often the services publish. */
  private static final Duration STEP = Duration.minutes(1);

  OperationsStack(
      Construct scope,
      EnvironmentConfig config,
      Map<TaskKind, ApplicationTargetGroup> targets,
      MessagingStack messaging) {
    super(scope, "operations", config, "Minha Carona: alarms, dashboard, budgets");
    Topic oncall =
        Topic.Builder.create(this, "on-call")
            .topicName(config.named("on-call"))
            .enforceSsl(true)
            .build();
    oncall.addSubscription(
        new EmailSubscription(
            StringParameter.valueForStringParameter(this, config.parameter("on-call-email"))));
    for (String told : List.of("cloudwatch.amazonaws.com", "budgets.amazonaws.com")) {
      oncall.addToResourcePolicy(
          PolicyStatement.Builder.create()
              .principals(List.of(new ServicePrincipal(told)))
              .actions(List.of("sns:Publish"))
              .resources(List.of(oncall.getTopicArn()))
              .conditions(Policies.whenEquals("aws:SourceAccount", getAccount()))
              .build());
    }
    Alarms alarms = new Alarms(config, targets, messaging);
    for (JsonNode entry : file("alarms.json")) {
      alarms.of(entry).forEach(definition -> alarm(definition, oncall));
    }
    Dashboard dashboard =
        Dashboard.Builder.create(this, "dashboard").dashboardName(config.named("overview")).build();
    for (JsonNode entry : file("dashboard.json")) {
      dashboard.addWidgets(widget(config, entry));
    }
    budget(config, oncall);
  }

  private void alarm(Alarms.Definition definition, Topic oncall) {
    Alarm alarm = new Alarm(this, definition.id(), definition.properties());
    alarm.addAlarmAction(new SnsAction(oncall));
    alarm.addOkAction(new SnsAction(oncall));
  }

  /** All series of some metrics, whatever their other dimensions. */
  private static IWidget widget(EnvironmentConfig config, JsonNode entry) {
    List<IMetric> searches = new ArrayList<>();
    for (JsonNode metric : entry.get("metrics")) {
      searches.add(
          MathExpression.Builder.create()
              .expression(
                  "SEARCH('Namespace=\"MinhaCarona\" MetricName=\"%s\" environment=\"%s\"', '%s', %d)"
                      .formatted(
                          metric.asText(),
                          config.name(),
                          entry.get("statistic").asText(),
                          STEP.toSeconds()))
              .usingMetrics(Map.of())
              .label("")
              .period(STEP)
              .build());
    }
    return GraphWidget.Builder.create()
        .title(entry.get("title").asText())
        .left(searches)
        .width(12)
        .build();
  }

  /** One of the files that say what is told to whom. */
  static JsonNode file(String name) {
    Path file = MinhaCaronaApp.ROOT.resolve("docs/operations").resolve(name);
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the whole account: only what is tagged counts, once the tag is a cost allocation tag. */
  private void budget(EnvironmentConfig config, Topic oncall) {
    CfnBudget.Builder.create(this, "budget")
        .budget(
            CfnBudget.BudgetDataProperty.builder()
                .budgetName(config.named("month"))
                .budgetType("COST")
                .timeUnit("MONTHLY")
                .budgetLimit(
                    CfnBudget.SpendProperty.builder().amount(config.budget()).unit("USD").build())
                .costFilters(Map.of("TagKeyValue", List.of("user:environment$" + config.name())))
                .build())
        .notificationsWithSubscribers(
            BUDGET_PERCENT.stream().map(percent -> notification(percent, oncall)).toList())
        .build();
  }

  private static CfnBudget.NotificationWithSubscribersProperty notification(
      int percent, Topic oncall) {
    return CfnBudget.NotificationWithSubscribersProperty.builder()
        .notification(
            CfnBudget.NotificationProperty.builder()
                .notificationType("ACTUAL")
                .comparisonOperator("GREATER_THAN")
                .threshold(percent)
                .thresholdType("PERCENTAGE")
                .build())
        .subscribers(
            List.of(
                CfnBudget.SubscriberProperty.builder()
                    .subscriptionType("SNS")
                    .address(oncall.getTopicArn())
                    .build()))
        .build();
  }
}
