package dev.skipstone.tornado.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.sanitizer.KernelSanitizer;
import dev.skipstone.tornado.host.sanitizer.Report;
import dev.skipstone.tornado.host.sanitizer.SanitizerOptions;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.Operation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** Every kernel against its operation's reference, over random shapes. */
final class KernelVariantTest {
  private static final int RUNS = 10;

  private static final TornadoDevice DEVICE = TornadoExecutionPlan.getDevice(0, 0);

  private final VariantChecks checks = new VariantChecks(DEVICE);

  static Stream<Named<Choice<?>>> variants() {
    return Choice.all().map(choice -> Named.of(choice.variant().name(), choice));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void agreesWithTheReferenceAndWritesNothingElse(Choice<?> choice) {
    assertThat(choice.check(checks, CaseSizes.USUAL, 1, RUNS)).isEmpty();
  }

  static Stream<Arguments> operations() {
    return KernelRegistry.operations().stream()
        .flatMap(operation ->
            Stream.of(true, false)
                .map(side -> Arguments.of(Named.of(operation.name(), operation), side)));
  }

  @ParameterizedTest(name = "{0}, groups share work: {1}")
  @MethodSource("operations")
  void aRowsBitsDoNotDependOnTheRowsBesideIt(Operation<?> operation, boolean groupsShareWork) {
    BatchInvariance invariance =
        new BatchInvariance(DEVICE, new DeviceTraits(groupsShareWork, 1024, true, true));
    assertThat(invariance.check(operation, CaseSizes.USUAL, 3, 2)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void usesArraysUpToTheirEnds(Choice<?> choice) {
    assertThat(choice.check(checks, CaseSizes.TIGHT, 2, 5)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theSanitizerFindsNothing(Choice<?> choice) {
    for (int i = 0; i < 2; i++) {
      long seed = i;
      SanitizerOptions options = SanitizerOptions.defaults().withSeed(seed);
      Report report =
          new KernelSanitizer(options)
              .check(
                  () -> assertThat(choice.check(checks, CaseSizes.SMALL, 4 + seed, 2)).isEmpty());
      assertThat(report.findings()).as(report.toString()).isEmpty();
    }
  }
}
