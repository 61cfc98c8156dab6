package com.minhacarona.local.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Modules and packages know only those that {@code docs/architecture.md} lets them know. */
class ArchitectureTest {
  private static final String BASE = "com.minhacarona.";
  private static final String GENERATED = "com.minhacarona.v1";

  /** The block of the page that lists the arrows between packages. */
  private static final Pattern ARROWS =
      Pattern.compile("^```text arrows\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /** A word of rides, in either language; the name of the product is none. */
  private static final Pattern DOMAIN_WORD =
      Pattern.compile(
          "(?i)(?<!minha.?)carona|reserva(?!t)|vaga|motorista|condom|partida|usuario"
              + "|\\b(ride|seat|booking|resident|passenger|driver)s?\\b");

  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // Tests of other modules are folders for `mvn test`, and jars for `mvn verify`.
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("com.minhacarona");

  @Test
  void packages_haveNoCircles() {
    slices().matching("com.minhacarona.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void arrowsBetweenPackages_areThoseOfThePage() throws IOException {
    TreeMap<String, TreeSet<String>> arrows = new TreeMap<>();
    for (JavaClass type : HOUSE) {
      if (type.getPackageName().equals(GENERATED)) {
        continue;
      }
      TreeSet<String> targets =
          arrows.computeIfAbsent(shortName(type.getPackageName()), _ -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .map(JavaClass::getPackageName)
          .filter(name -> name.startsWith(BASE) && !name.equals(GENERATED))
          .filter(name -> !name.equals(type.getPackageName()))
          .map(ArchitectureTest::shortName)
          .forEach(targets::add);
    }
    List<String> lines =
        arrows.entrySet().stream()
            .map(from -> (from.getKey() + " -> " + String.join(", ", from.getValue())).strip())
            .toList();
    assertThat(arrowsOfThePage())
        .as("put this into docs/architecture.md if it is meant:\n%s", lines)
        .isEqualTo(lines);
  }

  @Test
  void modules_knowOnlyWhatTheyMay() {
    onlyKnows("client", "client", "v1");
    onlyKnows("table", "table");
    onlyKnows("runtime", "runtime");
    onlyKnows("carona", "carona", "runtime", "table", "v1");
    onlyKnows("reserva", "reserva", "runtime", "table", "v1");
    onlyKnows("both", "both", "carona", "reserva", "runtime", "table");
  }

  @Test
  void theRuntime_hasNoWordOfTheDomain() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("../service-runtime/src/main"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(DOMAIN_WORD.matcher(Files.readString(file)).results())
            .as("words of rides in %s", file)
            .map(result -> result.group())
            .isEmpty();
      }
    }
  }

  @Test
  void onlyTracing_knowsXRay() {
    noClasses()
        .that()
        .resideOutsideOfPackage("com.minhacarona.runtime.tracing..")
        .should()
        .dependOnClassesThat(resideInAPackage("com.amazonaws.."))
        .check(HOUSE);
  }

  @Test
  void grpcServices_andConversions_doNotKnowTheStore() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("GrpcService")
        .or()
        .haveSimpleNameEndingWith("Protos")
        .should()
        .dependOnClassesThat(resideInAPackage("software.amazon.awssdk.."))
        .check(HOUSE);
  }

  private static void onlyKnows(String module, String... modules) {
    String[] known = Stream.of(modules).map(name -> BASE + name + "..").toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(BASE + module + "..")
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("com.minhacarona..")).or(resideInAnyPackage(known)))
        .check(HOUSE);
  }

  private static List<String> arrowsOfThePage() throws IOException {
    Matcher block = ARROWS.matcher(Files.readString(Path.of("../docs/architecture.md")));
    assertThat(block.find()).as("docs/architecture.md has a block of arrows").isTrue();
    return block.group(1).lines().map(String::strip).toList();
  }

  /** The name of a package without {@link #BASE}, with which all of them begin. */
  private static String shortName(String packageName) {
    return packageName.substring(BASE.length());
  }
}
