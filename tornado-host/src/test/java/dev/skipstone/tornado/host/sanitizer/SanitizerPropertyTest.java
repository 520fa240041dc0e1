package dev.skipstone.tornado.host.sanitizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.host.Size;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What the sanitizer finds is what a look at the kernels' indices tells. */
final class SanitizerPropertyTest {
  private static final int GROUP = 4;
  private static final int ITEMS = 12;
  private static final NdRange RANGE = new NdRange(new Size(ITEMS, 1, 1), new Size(GROUP, 1, 1));

  static void scatter(KernelContext context, IntArray to, IntArray out) {
    out.set(to.get(context.globalIdx), context.globalIdx);
  }

  static void exchange(KernelContext context, IntArray from, int barrier, IntArray out) {
    int[] shared = context.allocateIntLocalArray(GROUP);
    shared[context.localIdx] = context.localIdx;
    if (barrier > 0) {
      context.localBarrier();
    }
    out.set(context.globalIdx, shared[from.get(context.globalIdx)]);
  }

  @Provide
  Arbitrary<int[]> targets() {
    return Arbitraries.integers().between(0, ITEMS + 1).array(int[].class).ofSize(ITEMS);
  }

  @Provide
  Arbitrary<int[]> neighbours() {
    return Arbitraries.integers().between(0, GROUP - 1).array(int[].class).ofSize(ITEMS);
  }

  private static Set<FaultKind> find(String kernel, long seed, Object... arguments)
      throws NoSuchMethodException {
    Class<?>[] types =
        kernel.equals("scatter")
            ? new Class<?>[] {KernelContext.class, IntArray.class, IntArray.class}
            : new Class<?>[] {KernelContext.class, IntArray.class, int.class, IntArray.class};
    return new KernelSanitizer(SanitizerOptions.defaults().withSeed(seed))
            .check(SanitizerPropertyTest.class.getDeclaredMethod(kernel, types), RANGE, arguments)
            .findings()
            .stream()
            .map(Finding::kind)
            .collect(Collectors.toSet());
  }

  @Property(tries = 100)
  void aScatterRacesIfTwoItemsHaveOneTarget(
      @ForAll("targets") int[] targets, @ForAll @LongRange(min = 0, max = 9) long seed)
      throws NoSuchMethodException {
    Set<FaultKind> expected = EnumSet.noneOf(FaultKind.class);
    for (int i = 0; i < ITEMS; i++) {
      if (targets[i] >= ITEMS) {
        expected.add(FaultKind.OUT_OF_BOUNDS);
        continue;
      }
      for (int j = 0; j < i; j++) {
        if (targets[i] == targets[j]) {
          expected.add(i / GROUP == j / GROUP ? FaultKind.DATA_RACE : FaultKind.INTER_GROUP_RACE);
        }
      }
    }
    Set<FaultKind> found =
        find(
            "scatter", seed, new KernelContext(), IntArray.fromArray(targets), new IntArray(ITEMS));
    assertThat(found.contains(FaultKind.OUT_OF_BOUNDS))
        .isEqualTo(expected.contains(FaultKind.OUT_OF_BOUNDS));
    // A write that races with two earlier ones is reported once, with one of them.
    expected.remove(FaultKind.OUT_OF_BOUNDS);
    found.remove(FaultKind.OUT_OF_BOUNDS);
    assertThat(found.isEmpty()).isEqualTo(expected.isEmpty());
    assertThat(expected).containsAll(found);
  }

  @Property(tries = 100)
  void anExchangeNeedsABarrierIfAnyItemLooksAtAnother(
      @ForAll("neighbours") int[] from,
      @ForAll boolean barrier,
      @ForAll @LongRange(min = 0, max = 9) long seed)
      throws NoSuchMethodException {
    boolean others = false;
    for (int i = 0; i < ITEMS; i++) {
      others |= from[i] != i % GROUP;
    }
    Set<FaultKind> found =
        find(
            "exchange",
            seed,
            new KernelContext(),
            IntArray.fromArray(from),
            barrier ? 1 : 0,
            new IntArray(ITEMS));
    assertThat(found.isEmpty()).isEqualTo(barrier || !others);
    assertThat(found).isSubsetOf(FaultKind.DATA_RACE, FaultKind.UNINITIALIZED_READ);
  }
}
