package dev.skipstone.tornado.testing;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.sanitizer.KernelSanitizer;
import dev.skipstone.tornado.host.sanitizer.SanitizerException;
import dev.skipstone.tornado.host.sanitizer.SanitizerOptions;
import dev.skipstone.tornado.kernel.AcceptanceKernels;
import dev.skipstone.tornado.kernel.AdaptedProjectionKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.AttentionKernels;
import dev.skipstone.tornado.kernel.Encoding;
import dev.skipstone.tornado.kernel.FilterKernels;
import dev.skipstone.tornado.kernel.RopeKernels;
import dev.skipstone.tornado.kernel.SamplingKernels;
import dev.skipstone.tornado.testing.KernelMutant.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults that are put into the kernels are found: removed barriers by the sanitizer, others by it
 * or by their results.
 */
final class KernelMutantTest {
  private static final int CASES = 30;
  private static final int FEW_CASES = 5;
  private static final long SEED = 7;

  private static final String NO_CHANNEL = "no head has a channel there";
  private static final String NO_ROWS = "saves work: a tile without rows writes nothing";
  private static final String NEXT_GROUP =
      "one group takes all rows: those behind its own are none";
  private static final String NO_CUT = "a round by logit alone cuts nothing";
  private static final String NO_PART = "a part behind the last one is empty";
  private static final String NO_COLUMNS = "a tile behind the last column holds zeros";

  /** Mutants that compute the same as the kernel, and why. */
  private static final Map<String, String> EQUIVALENT =
      Map.ofEntries(
          entry("acceptDrawnByItem LOOP_BOUND 1", NO_PART),
          entry("acceptDrawnByItem LOOP_BOUND 2", NO_PART),
          entry("acceptDrawnByItem LOOP_BOUND 3", NO_PART),
          entry("cutByGroup LOOP_BOUND 1", NO_CUT),
          entry("cutByItem LOOP_BOUND 1", NO_CUT),
          entry("attendByGroup LOOP_BOUND 2", "a tile behind the last position is empty"),
          entry("attendByGroup LOOP_BOUND 5", NO_CHANNEL),
          entry("attendByGroup LOOP_BOUND 7", NO_CHANNEL),
          entry("projectFragments NO_GUARD 1", NO_ROWS),
          entry("projectFragments LOOP_BOUND 1", NO_COLUMNS),
          entry("projectFragments LOOP_BOUND 4", NEXT_GROUP),
          entry("projectFragments LOOP_BOUND 5", NEXT_GROUP),
          entry("projectFragments LOOP_BOUND 6", NEXT_GROUP),
          entry("projectFragments NO_GUARD 18", "rows behind the pass's have products of zero"),
          entry("projectHalvesFragments NO_GUARD 1", NO_ROWS),
          entry("projectHalvesFragments LOOP_BOUND 1", NO_COLUMNS),
          entry("projectHalvesFragments LOOP_BOUND 4", NEXT_GROUP),
          entry("projectHalvesFragments LOOP_BOUND 5", NEXT_GROUP),
          entry("projectHalvesFragments LOOP_BOUND 6", NEXT_GROUP),
          entry(
              "projectHalvesFragments NO_GUARD 18", "rows behind the pass's have products of zero"),
          entry("projectTiled NO_GUARD 1", NO_ROWS),
          entry("projectHalvesTiled NO_GUARD 1", NO_ROWS),
          entry("projectHalvesTiled LOOP_BOUND 1", NO_COLUMNS),
          entry("projectTiled LOOP_BOUND 1", NO_COLUMNS));

  /** Variants that launch the methods of others, with smaller groups. */
  private static final Set<String> LAUNCHED_OTHERWISE =
      Set.of("projectFewFragments", "projectFewHalvesFragments");

  /** Methods that kernels call, and a kernel that calls all there is of each. */
  record Helper(Class<?> owner, String method, String caller) {}

  static Stream<Named<Choice<?>>> variants() {
    return Choice.all()
        .filter(choice -> !LAUNCHED_OTHERWISE.contains(choice.variant().name()))
        .map(choice -> Named.of(choice.variant().name(), choice));
  }

  static Stream<Helper> helpers() {
    return Stream.of(
        new Helper(Encoding.class, "word", "projectByItem"),
        new Helper(Encoding.class, "scale", "projectByItem"),
        new Helper(Encoding.class, "minimum", "projectByItem"),
        new Helper(Encoding.class, "dot", "projectByItem"),
        new Helper(SamplingKernels.class, "isBehind", "selectByItem"),
        new Helper(FilterKernels.class, "isKept", "keepByItem"),
        new Helper(FilterKernels.class, "isOpen", "cutByItem"),
        new Helper(AdaptedProjectionKernels.class, "lowerRow", "projectAndLowerByItem"),
        new Helper(AdaptedProjectionKernels.class, "rowOf", "projectAndLowerByGroup"),
        new Helper(RopeKernels.class, "first", "rotateAndAppend"),
        new Helper(RopeKernels.class, "second", "rotateAndAppend"),
        new Helper(RopeKernels.class, "place", "rotateAndAppend"),
        new Helper(AttentionKernels.class, "visible", "attendByItem"),
        new Helper(AcceptanceKernels.class, "drafted", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "firstRow", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "accepted", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "source", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "share", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "shares", "acceptDrawnByItem"),
        new Helper(AcceptanceKernels.class, "find", "acceptDrawnByItem"));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void faultsInKernelsAreFound(Choice<?> choice) {
    KernelTask task = choice.task(new KernelCases(SEED, CaseSizes.TIGHT));
    check(choice, KernelMutant.of(task.owner(), task.method()));
  }

  @ParameterizedTest
  @MethodSource("helpers")
  void faultsInWhatKernelsCallAreFound(Helper helper) {
    Choice<?> caller =
        Choice.all()
            .filter(choice -> choice.variant().name().equals(helper.caller))
            .findFirst()
            .orElseThrow();
    check(caller, KernelMutant.of(helper.owner, helper.method));
  }

  private static void check(Choice<?> choice, List<KernelMutant> mutants) {
    List<String> survivors = new ArrayList<>();
    Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
    for (KernelMutant mutant : mutants) {
      counts.merge(mutant.fault(), 1, Integer::sum);
      if (!isFound(choice, mutant)) {
        survivors.add(mutant.toString());
      }
    }
    List<String> equivalent =
        mutants.stream().map(KernelMutant::toString).filter(EQUIVALENT::containsKey).toList();
    assertThat(counts).isNotEmpty();
    assertThat(survivors).containsExactlyInAnyOrderElementsOf(equivalent);
  }

  private static boolean isFound(Choice<?> choice, KernelMutant mutant) {
    // Arrays that are used to their ends show indices beyond them; those with room behind the
    // pass's rows show what is written there.
    return isFound(choice, mutant, CaseSizes.TIGHT) || isFound(choice, mutant, CaseSizes.SMALL);
  }

  private static <A extends Arguments> boolean isFound(
      Choice<A> choice, KernelMutant mutant, CaseSizes sizes) {
    KernelCases random = new KernelCases(SEED, sizes);
    ClassLoader loader = mutant.loader();
    int cases = EQUIVALENT.containsKey(mutant.toString()) ? FEW_CASES : CASES;
    for (int i = 0; i < cases; i++) {
      A arguments = choice.next(random);
      Expectation expectation = KernelReference.of(choice.operation(), arguments);
      KernelTask task = KernelTask.of(choice.variant(), arguments);
      try {
        new KernelSanitizer(SanitizerOptions.defaults().failingAtFirst())
            .check(task.in(loader), task.range(), task.arguments());
      } catch (SanitizerException e) {
        return true;
      }
      if (mutant.fault() != Fault.NO_BARRIER && expectation.difference(arguments).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
