package com.minhacarona.local.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import com.minhacarona.local.explorer.Explorer.Result;
import com.minhacarona.local.explorer.Explorer.Scenario;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No schedule of a few calls sells a seat twice, loses a booking or tells a lie; and each mistake
 * that the services might have shows in one. What is found is printed with its schedule. {@code
 * -Dsoak} tries one fault more.
 */
@Tag("dynamodb")
@Tag("soak")
class ExplorerTest {

  static Stream<Scenario> scenarios() {
    return Scenarios.all().stream();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void allSchedules_keepThePromises(Scenario scenario) {
    Result result = Explorer.explore(scenario);
    System.out.printf("%s schedules of %s%n", result.schedules(), scenario);
    assertThat(result.found()).isEmpty();
    assertThat(result.schedules()).as("orders and faults were tried").isGreaterThan(10);
  }

  @ParameterizedTest
  @EnumSource
  void aDefect_showsInASchedule(Defect defect) {
    Result result = Explorer.explore(defect.shownBy(), defect);
    System.out.printf("%s, by schedule %s: %s%n", defect, result.schedules(), result.found());
    assertThat(result.found()).isPresent();
  }
}
