package dev.skipstone.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;

/** What may depend on what, as the design has it, below a root package. */
final class ArrowRules {
  private final String root;
  private final Map<String, ArchRule> rules = new LinkedHashMap<>();

  /**
   * @param root package that holds the modules' packages
   * @param tornado package of TornadoVM
   */
  ArrowRules(String root, String tornado) {
    this.root = root;
    never("model", "runtime..", "tornado..", "adapt..", "benchmarks..", "cli..");
    never("runtime", "tornado..", "adapt..", "benchmarks..", "cli..");
    never("tornado", "adapt..", "benchmarks..", "cli..");
    never("tornado.host", "model..", "runtime..", "tornado", "tornado.kernel..");
    inside("tornado.kernel", "model..", "runtime..", "tornado", "tornado.host..");
    add("the backend", "tornado", "tornado.host..");
    never("adapt", "tornado..", "benchmarks..", "cli..");
    never("benchmarks", "adapt..", "cli..");
    inside(
        "runtime.pass",
        "runtime",
        "runtime.cpu..",
        "runtime.sampling..",
        "runtime.draft..",
        "runtime.adapter..");
    inside("runtime.sampling", "runtime", "runtime.cpu..", "runtime.draft..", "runtime.adapter..");
    inside("runtime.adapter", "runtime", "runtime.cpu..", "runtime.sampling..", "runtime.draft..");
    inside("runtime.draft", "runtime", "runtime.cpu..");
    inside("runtime.cpu", "runtime", "runtime.sampling..", "runtime.draft..", "runtime.adapter..");
    rules.put(
        "backends are found by ServiceLoader, not named",
        noClasses()
            .that()
            .resideInAPackage(root + "..")
            .and()
            .resideOutsideOfPackages(root + ".runtime.cpu..", root + ".tornado..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(root + ".runtime.cpu..", root + ".tornado.."));
    rules.put(
        "the engine never names TornadoVM",
        noClasses()
            .that()
            .resideInAnyPackage(root + ".runtime..", root + ".model..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(tornado + ".."));
    rules.put(
        "a class' name says what it does",
        noClasses()
            .that()
            .resideInAPackage(root + "..")
            .should()
            .haveNameMatching(".*(Util|Utils|Manager|Helper|Helpers)"));
  }

  /** By what they say. */
  Map<String, ArchRule> byName() {
    return rules;
  }

  private void never(String module, String... targets) {
    add(module, module + "..", targets);
  }

  private void inside(String from, String... targets) {
    add(from, from + "..", targets);
  }

  private void add(String name, String from, String... targets) {
    String[] packages = new String[targets.length];
    for (int i = 0; i < targets.length; i++) {
      packages[i] = root + "." + targets[i];
    }
    rules.put(
        name + " depends on none of " + String.join(", ", targets),
        noClasses()
            .that()
            .resideInAPackage(root + "." + from)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages));
  }
}
