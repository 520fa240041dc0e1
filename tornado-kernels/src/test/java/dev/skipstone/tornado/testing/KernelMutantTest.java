package dev.skipstone.tornado.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.sanitizer.KernelSanitizer;
import dev.skipstone.tornado.host.sanitizer.SanitizerException;
import dev.skipstone.tornado.host.sanitizer.SanitizerOptions;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults that are put into kernels are found. */
final class KernelMutantTest {
  private static final int CASES = 12;

  enum Catch {
    SANITIZER,
    RESULT,
    NONE
  }

  @Test
  void all() {
    List<String> survivors = new ArrayList<>();
    Choice.all().forEach(choice -> mutants(choice, survivors));
    survivors.forEach(System.out::println);
    assertThat(survivors).isEmpty();
  }

  private static <A extends Arguments> void mutants(Choice<A> choice, List<String> survivors) {
    KernelCases cases = new KernelCases(7, CaseSizes.TIGHT);
    KernelTask task = KernelTask.of(choice.variant(), next(cases, choice));
    int[][] counts = new int[KernelMutant.Fault.values().length][Catch.values().length];
    long start = System.nanoTime();
    for (KernelMutant mutant : KernelMutant.of(task.owner(), task.method())) {
      Catch by = run(choice, mutant);
      counts[mutant.fault().ordinal()][by.ordinal()]++;
      if (by == Catch.NONE) {
        survivors.add(mutant.toString());
      }
    }
    System.out.println(
        choice.variant().name()
            + " "
            + java.util.Arrays.deepToString(counts)
            + " "
            + (System.nanoTime() - start) / 1_000_000);
  }

  private static <A extends Arguments> A next(KernelCases cases, Choice<A> choice) {
    A arguments = cases.next(choice.operation());
    while (!choice.variant().accepts().test(arguments)) {
      arguments = cases.next(choice.operation());
    }
    return arguments;
  }

  private static <A extends Arguments> Catch run(Choice<A> choice, KernelMutant mutant) {
    KernelCases cases = new KernelCases(7, CaseSizes.TIGHT);
    ClassLoader loader = mutant.loader();
    Catch best = Catch.NONE;
    for (int i = 0; i < CASES; i++) {
      A arguments = next(cases, choice);
      Expectation expectation = KernelReference.of(choice.operation(), arguments);
      KernelTask task = KernelTask.of(choice.variant(), arguments);
      try {
        new KernelSanitizer(SanitizerOptions.defaults().failingAtFirst())
            .check(task.in(loader), task.range(), task.arguments());
      } catch (SanitizerException e) {
        return Catch.SANITIZER;
      }
      if (expectation.difference(arguments).isPresent()) {
        best = Catch.RESULT;
      }
    }
    return best;
  }
}
