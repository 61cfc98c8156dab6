package com.minhacarona.cdk;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import java.util.List;
import software.constructs.IConstruct;

/** Explanations of what cdk-nag finds and is meant to be so. */
final class Nag {
  /** Of this construct and those in it. */
  static void explain(IConstruct construct, String rule, String why) {
    NagSuppressions.addResourceSuppressions(
        construct, List.of(NagPackSuppression.builder().id(rule).reason(why).build()), true);
  }

  private Nag() {}
}
