package com.minhacarona.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.budgets.CfnBudget;
import software.amazon.awscdk.services.ce.CfnAnomalyMonitor;
import software.amazon.awscdk.services.ce.CfnAnomalySubscription;
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
  /** Dollars of a month; AWS allows five notifications of one budget. */
  private static final List<Integer> BUDGET_DOLLARS = List.of(50, 100, 500);

  /** Dollars by which costs have to be unusual before they are told. */
  private static final int ANOMALY_DOLLARS = 5;

  /** How often the services publish. */
  private static final Duration STEP = Duration.minutes(1);

  OperationsStack(
      Construct scope,
      EnvironmentConfig config,
      Map<TaskKind, ApplicationTargetGroup> targets,
      MessagingStack messaging,
      Optional<ApiStack> api) {
    super(scope, "operations", config, "Minha Carona: alarms, dashboard, budgets");
    Topic oncall =
        Topic.Builder.create(this, "on-call")
            .topicName(config.named("on-call"))
            .enforceSsl(true)
            .build();
    String email = StringParameter.valueForStringParameter(this, config.parameter("on-call-email"));
    oncall.addSubscription(new EmailSubscription(email));
    for (String told : List.of("cloudwatch.amazonaws.com", "budgets.amazonaws.com")) {
      oncall.addToResourcePolicy(
          PolicyStatement.Builder.create()
              .principals(List.of(new ServicePrincipal(told)))
              .actions(List.of("sns:Publish"))
              .resources(List.of(oncall.getTopicArn()))
              .conditions(Policies.whenEquals("aws:SourceAccount", getAccount()))
              .build());
    }
    Alarms alarms = new Alarms(config, targets, messaging, api);
    for (JsonNode entry : file("alarms.json")) {
      alarms.of(entry).forEach(definition -> alarm(definition, oncall));
    }
    Dashboard dashboard =
        Dashboard.Builder.create(this, "dashboard").dashboardName(config.named("overview")).build();
    for (JsonNode entry : file("dashboard.json")) {
      dashboard.addWidgets(widget(config, entry));
    }
    budget(config, oncall);
    anomalies(config, email);
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
            Stream.concat(
                    BUDGET_DOLLARS.stream()
                        .map(dollars -> notification("ACTUAL", dollars, "ABSOLUTE_VALUE", oncall)),
                    Stream.of("ACTUAL", "FORECASTED")
                        .map(type -> notification(type, 100, "PERCENTAGE", oncall)))
                .toList())
        .build();
  }

  /** Of what is tagged, too. Digests go by e-mail only; topics are told of each at once. */
  private void anomalies(EnvironmentConfig config, String email) {
    CfnAnomalyMonitor monitor =
        CfnAnomalyMonitor.Builder.create(this, "anomalies")
            .monitorName(config.named("anomalies"))
            .monitorType("CUSTOM")
            .monitorSpecification(
                "{\"Tags\": {\"Key\": \"environment\", \"Values\": [\"%s\"]}}"
                    .formatted(config.name()))
            .build();
    CfnAnomalySubscription.Builder.create(this, "anomalies-of-a-week")
        .subscriptionName(config.named("anomalies"))
        .frequency("WEEKLY")
        .monitorArnList(List.of(monitor.getAttrMonitorArn()))
        .subscribers(
            List.of(
                CfnAnomalySubscription.SubscriberProperty.builder()
                    .type("EMAIL")
                    .address(email)
                    .build()))
        .thresholdExpression(
            """
            {"Dimensions": {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
             "MatchOptions": ["GREATER_THAN_OR_EQUAL"], "Values": ["%s"]}}\
            """
                .formatted(ANOMALY_DOLLARS))
        .build();
  }

  private static CfnBudget.NotificationWithSubscribersProperty notification(
      String type, int threshold, String unit, Topic oncall) {
    return CfnBudget.NotificationWithSubscribersProperty.builder()
        .notification(
            CfnBudget.NotificationProperty.builder()
                .notificationType(type)
                .comparisonOperator("GREATER_THAN")
                .threshold(threshold)
                .thresholdType(unit)
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
