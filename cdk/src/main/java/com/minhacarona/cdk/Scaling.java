package com.minhacarona.cdk;

import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.applicationautoscaling.CronOptions;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.applicationautoscaling.ScalingSchedule;
import software.amazon.awscdk.services.applicationautoscaling.Schedule;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecs.CpuUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.ScalableTaskCount;
import software.amazon.awscdk.services.ecs.TrackCustomMetricProps;

/** How many tasks of a kind there are, and when. */
final class Scaling {
  private static final int CPU_PERCENT = 60;

  /**
   * By CPU; and where seats are booked, by calls too, because bookings become slow before a
   * processor is busy. Calls of carona-service differ in cost: a look from memory takes a tenth of
   * a booking, and a list several times as much. So their number is no measure of load.
   */
  static void add(EnvironmentConfig config, TaskKind kind, FargateService tasks) {
    ScalableTaskCount scaling =
        tasks.autoScaleTaskCount(
            EnableScalingProps.builder()
                .minCapacity(config.tasks().min())
                .maxCapacity(config.tasks().max())
                .build());
    scaling.scaleOnCpuUtilization(
        "cpu", CpuUtilizationScalingProps.builder().targetUtilizationPercent(CPU_PERCENT).build());
    if (kind.books()) {
      scaling.scaleToTrackCustomMetric(
          "calls",
          TrackCustomMetricProps.builder()
              .metric(callsOfATask(config, kind))
              .targetValue(callsAMinute(config.tasks()))
              .build());
    }
    config
        .tasks()
        .thrift()
        .night()
        .ifPresent(night -> {
          at(scaling, "night", night.from(), 0, 0);
          at(scaling, "morning", night.until(), config.tasks().min(), config.tasks().max());
        });
  }

  /**
   * As the tasks count them themselves: those that come by DNS pass no load balancer. Each
   * publishes one number a minute, so that the average is that of a task.
   */
  private static Metric callsOfATask(EnvironmentConfig config, TaskKind kind) {
    return Metric.Builder.create()
        .namespace("MinhaCarona")
        .metricName("grpc.server.call.started.count")
        .dimensionsMap(Map.of("service", kind.id(), "environment", config.name()))
        .statistic("Average")
        .period(Duration.minutes(1))
        .build();
  }

  /** What one task shall get: half of what was measured, so that calls stay within the alarms. */
  private static int callsAMinute(EnvironmentConfig.Tasks tasks) {
    int aSecond = OperationsStack.file("load.json").get("targetCallsASecondOfACpu").asInt();
    return aSecond * 60 * tasks.cpu() / 1024;
  }

  private static void at(ScalableTaskCount scaling, String name, int hour, int min, int max) {
    scaling.scaleOnSchedule(
        name,
        ScalingSchedule.builder()
            .schedule(
                Schedule.cron(
                    CronOptions.builder().minute("0").hour(Integer.toString(hour)).build()))
            .timeZone(TimeZone.AMERICA_SAO_PAULO)
            .minCapacity(min)
            .maxCapacity(max)
            .build());
  }

  private Scaling() {}
}
