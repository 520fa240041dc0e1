package dev.skipstone.tornado.host.sanitizer;

import static dev.skipstone.tornado.host.sanitizer.Kernels.GROUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.host.Site;
import dev.skipstone.tornado.host.Size;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;

/** Each fault is found at its line, and kernels without a fault give no finding. */
final class KernelSanitizerTest {
  private static final int ITEMS = 3 * GROUP;
  private static final KernelContext CONTEXT = new KernelContext();

  private static Method kernel(String name) {
    return Arrays.stream(Kernels.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static FloatArray floats(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }

  private static Report check(SanitizerOptions options, String kernel, Object... arguments) {
    Method method = kernel(kernel);
    boolean loop = method.getParameterTypes()[0] != KernelContext.class;
    NdRange range = new NdRange(new Size(ITEMS, 1, 1), new Size(GROUP, 1, 1));
    return new KernelSanitizer(options).check(method, loop ? null : range, arguments);
  }

  static Stream<Arguments> clean() {
    HalfFloatArray halves = new HalfFloatArray(ITEMS);
    halves.init(new HalfFloat(1f));
    return Stream.of(
        Arguments.of("sum", new Object[] {CONTEXT, floats(ITEMS), floats(3)}),
        Arguments.of("privateArray", new Object[] {CONTEXT, floats(ITEMS)}),
        Arguments.of("scaleWithGuard", new Object[] {CONTEXT, floats(ITEMS - 3), ITEMS - 3}),
        Arguments.of("globalExchange", new Object[] {CONTEXT, floats(ITEMS)}),
        Arguments.of("count", new Object[] {CONTEXT, new IntArray(1)}),
        Arguments.of("halves", new Object[] {CONTEXT, halves, floats(ITEMS)}),
        Arguments.of(
            "vectors", new Object[] {CONTEXT, new VectorFloat4(ITEMS), new VectorFloat4(ITEMS)}),
        Arguments.of("inMethods", new Object[] {CONTEXT, floats(ITEMS), floats(ITEMS)}),
        Arguments.of("loop", new Object[] {floats(20), floats(20)}),
        Arguments.of("loopOfTwo", new Object[] {floats(20), floats(20), 5}),
        Arguments.of("loopReduction", new Object[] {floats(20), floats(1)}),
        Arguments.of("copy", new Object[] {CONTEXT, floats(ITEMS), floats(ITEMS)}));
  }

  @ParameterizedTest
  @MethodSource("clean")
  void findsNothingInAGoodKernel(String kernel, Object[] arguments) {
    for (long seed = 0; seed < 3; seed++) {
      Report report = check(SanitizerOptions.defaults().withSeed(seed), kernel, arguments);
      assertThat(report.clean()).as("seed %d: %s", seed, report).isTrue();
    }
  }

  static Stream<Arguments> faulty() {
    FloatArray in = floats(ITEMS);
    FloatArray out = floats(ITEMS);
    return Stream.of(
        Arguments.of("sumWithoutBarrier", FaultKind.DATA_RACE, new Object[] {CONTEXT, in, out}),
        Arguments.of("sumOneTooFar", FaultKind.OUT_OF_BOUNDS, new Object[] {CONTEXT, in, out}),
        Arguments.of("sumBehindLocal", FaultKind.OUT_OF_BOUNDS, new Object[] {CONTEXT, in, out}),
        Arguments.of(
            "sumWithDivergence", FaultKind.BARRIER_DIVERGENCE, new Object[] {CONTEXT, in, out}),
        Arguments.of(
            "barriersOfTwoBranches", FaultKind.BARRIER_DIVERGENCE, new Object[] {CONTEXT, out}),
        Arguments.of(
            "sumOfUnwritten", FaultKind.UNINITIALIZED_READ, new Object[] {CONTEXT, in, out}),
        Arguments.of("privateUnwritten", FaultKind.UNINITIALIZED_READ, new Object[] {CONTEXT, out}),
        Arguments.of("privateTooFar", FaultKind.OUT_OF_BOUNDS, new Object[] {CONTEXT, out}),
        Arguments.of("allWriteOne", FaultKind.DATA_RACE, new Object[] {CONTEXT, out}),
        Arguments.of("groupsWriteOne", FaultKind.INTER_GROUP_RACE, new Object[] {CONTEXT, out}),
        Arguments.of("readsOtherGroup", FaultKind.INTER_GROUP_RACE, new Object[] {CONTEXT, out}),
        Arguments.of(
            "scaleWithoutGuard",
            FaultKind.OUT_OF_BOUNDS,
            new Object[] {CONTEXT, floats(ITEMS - 3), ITEMS - 3}),
        Arguments.of(
            "globalExchangeWithLocalBarrier", FaultKind.WRONG_BARRIER, new Object[] {CONTEXT, out}),
        Arguments.of(
            "countWithoutAtomic", FaultKind.DATA_RACE, new Object[] {CONTEXT, new IntArray(1)}),
        Arguments.of(
            "countAndRead",
            FaultKind.DATA_RACE,
            new Object[] {CONTEXT, new IntArray(1), new IntArray(ITEMS)}),
        Arguments.of(
            "vectorsTooFar",
            FaultKind.OUT_OF_BOUNDS,
            new Object[] {CONTEXT, new VectorFloat4(ITEMS), new VectorFloat4(ITEMS)}),
        Arguments.of("reusedTooEarly", FaultKind.DATA_RACE, new Object[] {CONTEXT, in, out}),
        Arguments.of("loopOverlapping", FaultKind.INTER_GROUP_RACE, new Object[] {out}));
  }

  @ParameterizedTest
  @MethodSource("faulty")
  void findsTheFaultAtItsLine(String kernel, FaultKind kind, Object[] arguments)
      throws IOException {
    for (long seed = 0; seed < 3; seed++) {
      Report report = check(SanitizerOptions.defaults().withSeed(seed), kernel, arguments);
      assertThat(report.findings())
          .as("seed %d: %s", seed, report)
          .extracting(Finding::kind)
          .contains(kind);
      for (Finding finding : report.findings()) {
        assertThat(line(finding.access().site())).as(finding.toString()).contains("// fault");
        assertThat(finding.access().site().orElseThrow().method()).isEqualTo(kernel);
      }
    }
  }

  private static String line(Optional<Site> site) throws IOException {
    List<String> lines =
        Files.readAllLines(
            Path.of(
                "src/test/java/dev/skipstone/tornado/host/sanitizer", site.orElseThrow().file()));
    return lines.get(site.orElseThrow().line() - 1);
  }

  @Test
  void aFindingNamesItemArrayAndElement() {
    Report report =
        check(
            SanitizerOptions.defaults(),
            "scaleWithoutGuard",
            CONTEXT,
            floats(ITEMS - 1),
            ITEMS - 1);
    Finding finding = report.findings().getFirst();
    assertThat(finding.array()).contains("x");
    assertThat(finding.index()).hasValue(ITEMS - 1);
    assertThat(finding.access().item())
        .contains(
            new ItemId(new Size(ITEMS - 1, 0, 0), new Size(GROUP - 1, 0, 0), new Size(2, 0, 0)));
    assertThat(finding.access().task()).contains("Kernels.scaleWithoutGuard");
    assertThat(report.toString())
        .contains("index out of bounds: x, element 23")
        .contains("item global (23, 0, 0) local (7, 0, 0) group (2, 0, 0)")
        .contains("Kernels.scaleWithoutGuard(Kernels.java:")
        .contains("The array has 23 elements.");
  }

  @Test
  void aRaceNamesBothParties() {
    Report report = check(SanitizerOptions.defaults(), "allWriteOne", CONTEXT, floats(3));
    Finding finding = report.findings().getFirst();
    assertThat(finding.access().item().orElseThrow().local().x()).isEqualTo(1);
    assertThat(finding.other().orElseThrow().item().orElseThrow().local().x()).isZero();
    assertThat(finding.other().orElseThrow().site()).isEqualTo(finding.access().site());
  }

  @Test
  void aFaultOfManyItemsIsReportedOnce() {
    Report report = check(SanitizerOptions.defaults(), "allWriteOne", CONTEXT, floats(3));
    assertThat(report.findings()).hasSize(1);
  }

  @Test
  void theSeedTurnsARaceRound() {
    FloatArray out = floats(3);
    check(SanitizerOptions.defaults(), "allWriteOne", CONTEXT, out);
    float inOrder = out.get(0);
    boolean turned = false;
    for (long seed = 1; seed < 10; seed++) {
      check(SanitizerOptions.defaults().withSeed(seed), "allWriteOne", CONTEXT, out);
      turned |= out.get(0) != inOrder;
    }
    assertThat(inOrder).isEqualTo(GROUP - 1);
    assertThat(turned).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 42})
  void aSeedGivesTheSameRunAgain(long seed) {
    SanitizerOptions options = SanitizerOptions.defaults().withSeed(seed);
    String first = check(options, "readsOtherGroup", CONTEXT, floats(ITEMS)).toString();
    assertThat(check(options, "readsOtherGroup", CONTEXT, floats(ITEMS)).toString())
        .isEqualTo(first);
  }

  @Test
  void canThrowAtTheFirstFault() {
    SanitizerOptions options = SanitizerOptions.defaults().failingAtFirst();
    assertThatThrownBy(() -> check(options, "allWriteOne", CONTEXT, floats(3)))
        .isInstanceOfSatisfying(
            SanitizerException.class,
            e -> assertThat(e.finding().kind()).isEqualTo(FaultKind.DATA_RACE));
  }

  @Test
  void anExceptionThatIsNoFaultReachesTheCaller() {
    assertThatThrownBy(
            () -> check(SanitizerOptions.defaults(), "divide", CONTEXT, new IntArray(ITEMS)))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("Kernels.divide")
        .hasMessageContaining("/ by zero");
  }

  @Test
  void resultsAreThoseOfTheKernel() {
    FloatArray out = floats(3);
    check(SanitizerOptions.defaults(), "sum", CONTEXT, floats(ITEMS), out);
    assertThat(out.toHeapArray()).containsExactly(28, 92, 156);
  }
}
