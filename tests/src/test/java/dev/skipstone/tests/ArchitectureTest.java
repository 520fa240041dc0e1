package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the arrows between modules and inside the engine. */
final class ArchitectureTest {
  private static final ArrowRules RULES = new ArrowRules("dev.skipstone", "uk.ac.manchester");

  /** The same rules for a small program that breaks each of them. */
  private static final ArrowRules WRONG_RULES =
      new ArrowRules("dev.skipstone.tests.wrong", "dev.skipstone.tests.wrong.sdk");

  private static JavaClasses classes;
  private static JavaClasses wrong;

  @BeforeAll
  static void readClasses() {
    // The rules look at names only, so that no class outside the project has to be read.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    classes =
        new ClassFileImporter()
            .withImportOption(ArchitectureTest::isMain)
            .importPackages("dev.skipstone");
    wrong = new ClassFileImporter().importPackages("dev.skipstone.tests.wrong");
  }

  /** Modules come as folders or as jars, depending on Maven's phase. */
  private static boolean isMain(Location location) {
    return !location.contains("/test-classes/") && !location.contains("-tests.jar");
  }

  static Stream<String> rules() {
    return RULES.byName().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(String rule) {
    RULES.byName().get(rule).check(classes);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void canFail(String rule) {
    assertThat(WRONG_RULES.byName().get(rule).evaluate(wrong).hasViolation()).isTrue();
  }

  @Test
  void everyModuleIsLookedAt() {
    assertThat(classes.stream().map(type -> type.getPackageName()).distinct())
        .contains(
            "dev.skipstone.model",
            "dev.skipstone.model.gguf",
            "dev.skipstone.model.mapped",
            "dev.skipstone.model.safetensors",
            "dev.skipstone.model.tokenizer",
            "dev.skipstone.model.chat",
            "dev.skipstone.runtime",
            "dev.skipstone.runtime.pass",
            "dev.skipstone.runtime.adapter",
            "dev.skipstone.runtime.cpu",
            "dev.skipstone.runtime.sampling",
            "dev.skipstone.runtime.draft",
            "dev.skipstone.tornado",
            "dev.skipstone.tornado.kernel",
            "dev.skipstone.tornado.host",
            "dev.skipstone.adapt",
            "dev.skipstone.benchmarks",
            "dev.skipstone.cli");
    assertThat(classes.stream().map(type -> type.getName()))
        .noneMatch(name -> name.startsWith("dev.skipstone.tests"));
  }
}
