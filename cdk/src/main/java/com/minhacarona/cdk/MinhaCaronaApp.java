package com.minhacarona.cdk;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;

/** Everything that is deployed: what an account has once, and each environment. */
final class MinhaCaronaApp {
  /** The project's root, from here and from where the CDK's command line runs this. */
  static final Path ROOT = Path.of("..");

  public static void main(String[] args) throws IOException {
    App app = new App();
    addTo(app);
    app.synth();
  }

  /** Adds it all, and the rules that it keeps: what breaks one is not synthesized. */
  static void addTo(App app) throws IOException {
    TaskDefinitionFile taskDefinition = TaskDefinitionFile.read(ROOT.resolve("ecs-task-def.json"));
    Aspects.of(new BoundariesStack(app)).add(new AwsSolutionsChecks());
    Aspects.of(new CopiesStack(app)).add(new AwsSolutionsChecks());
    Aspects.of(new DeliveryStack(app)).add(new AwsSolutionsChecks());
    for (String region : List.of(EnvironmentConfig.HOME, EnvironmentConfig.AWAY)) {
      Aspects.of(new FunctionsStack(app, region)).add(new AwsSolutionsChecks());
    }
    for (EnvironmentConfig config : EnvironmentConfig.ALL) {
      // What is added to the app does not reach into stages.
      Aspects.of(new EnvironmentStage(app, config, taskDefinition)).add(new AwsSolutionsChecks());
    }
  }

  private MinhaCaronaApp() {}
}
