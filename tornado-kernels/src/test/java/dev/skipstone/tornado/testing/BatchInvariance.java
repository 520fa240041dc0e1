package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Promise 1 for single operations: with the kernels that a device would use, a row's result in a
 * pass of several rows has the same bits as in a pass of its own, whatever is fused in either.
 */
final class BatchInvariance {
  private final TornadoDevice device;
  private final DeviceTraits traits;

  BatchInvariance(TornadoDevice device, DeviceTraits traits) {
    this.device = device;
    this.traits = traits;
  }

  /** The first difference, for people. */
  Optional<String> check(Operation<?> operation, CaseSizes sizes, long seed, int runs) {
    KernelCases cases = new KernelCases(seed, sizes);
    for (int run = 0; run < runs; run++) {
      Arguments few = cases.next(operation, KernelRegistry.FEW_ROWS);
      while (hasHalves(few) && !traits.half()) {
        few = cases.next(operation, KernelRegistry.FEW_ROWS);
      }
      Optional<String> difference = compare(operation, few);
      if (difference.isPresent()) {
        return Optional.of(
            "%s, %s, seed %d, run %d, %s: %s"
                .formatted(
                    operation.name(),
                    traits,
                    seed,
                    run,
                    VariantChecks.shape(few),
                    difference.get()));
      }
    }
    return Optional.empty();
  }

  private static boolean hasHalves(Arguments arguments) {
    return switch (arguments) {
      case Arguments.Embed a -> a.matrix().hasHalves();
      case Arguments.NormAndProject a -> a.matrix().hasHalves();
      case Arguments.Project a -> a.matrix().hasHalves();
      case Arguments.ProjectAndGate a -> a.matrix().hasHalves();
      case Arguments.ProjectAndLower a -> a.matrix().hasHalves();
      case Arguments.ProjectSome a -> a.matrix().hasHalves();
      default -> false;
    };
  }

  private Optional<String> compare(Operation<?> operation, Arguments few) {
    Map<String, Integer> widths = widths(operation, few);
    if (widths.isEmpty()) {
      return Optional.empty();
    }
    Arguments rows = copy(few);
    Arguments cache = copy(few);
    run(operation, few);
    int count = few.pass().get(countAt(operation, few));
    for (int row = 0; row < count; row++) {
      Arguments single = row(rows, cache, row, widths);
      run(operation, single);
      for (Map.Entry<String, Integer> entry : widths.entrySet()) {
        int width = entry.getValue();
        double[] alone = ArgumentArrays.content(ArgumentArrays.of(single).get(entry.getKey()));
        double[] together =
            Arrays.copyOfRange(
                ArgumentArrays.content(ArgumentArrays.of(few).get(entry.getKey())),
                row * width,
                (row + 1) * width);
        int at = Arrays.mismatch(alone, together);
        if (at >= 0) {
          return Optional.of(
              "%s of row %d at %d: %s alone and %s in a pass of %d rows"
                  .formatted(entry.getKey(), row, at, alone[at], together[at], count));
        }
      }
    }
    return few instanceof Arguments.Rotate || few instanceof Arguments.RotateAdapted
        ? Stream.of("keys", "values").filter(name -> !same(name, few, cache)).findFirst()
        : Optional.empty();
  }

  private static boolean same(String name, Arguments first, Arguments second) {
    return Arrays.equals(
        ArgumentArrays.content(ArgumentArrays.of(first).get(name)),
        ArgumentArrays.content(ArgumentArrays.of(second).get(name)));
  }

  private static int countAt(Operation<?> operation, Arguments arguments) {
    if (arguments instanceof Arguments.Project project) {
      return project.countAt();
    }
    boolean ofLogits =
        operation.equals(KernelRegistry.OUTPUT_NORM)
            || arguments instanceof Arguments.Rank
            || arguments instanceof Arguments.Softmax
            || arguments instanceof Arguments.Cut
            || arguments instanceof Arguments.Keep
            || arguments instanceof Arguments.Select
            || arguments instanceof Arguments.LeaveOut
            || arguments instanceof Arguments.Cap
            || arguments instanceof Arguments.ProjectSome;
    return ofLogits ? PassBuffer.LOGIT_ROWS : PassBuffer.ROWS;
  }

  /** Arrays with a row for each of the pass's, and their rows' widths. */
  private static Map<String, Integer> widths(Operation<?> operation, Arguments arguments) {
    return switch (arguments) {
      case Arguments.Embed a -> Map.of("residual", a.matrix().columns());
      case Arguments.Norm a when operation.equals(KernelRegistry.OUTPUT_NORM) ->
          Map.of("normed", a.width());
      case Arguments.Norm a -> Map.of("residual", a.width(), "normed", a.width());
      case Arguments.NormAndProject a ->
          Map.of("residual", a.matrix().columns(), "output", a.matrix().rows());
      case Arguments.ProjectAndGate a ->
          Map.of("input", a.matrix().columns(), "gated", a.matrix().rows() / 2);
      case Arguments.Start _ -> Map.of();
      case Arguments.AddBias a -> Map.of("output", a.channels());
      case Arguments.NormHeads a -> Map.of("projected", stride(a.sizes()));
      case Arguments.Project a ->
          Map.of("input", a.matrix().columns(), "output", a.matrix().rows());
      case Arguments.Rotate a -> Map.of("projected", stride(a.sizes()));
      case Arguments.Attend a ->
          Map.of(
              "projected", stride(a.sizes()), "attended", a.sizes().heads() * a.sizes().headSize());
      case Arguments.Gate a -> Map.of("gateAndUp", 2 * a.hidden(), "gated", a.hidden());
      case Arguments.Add a -> Map.of("update", a.width(), "residual", a.width());
      case Arguments.NormAndAdd a -> Map.of("update", a.width(), "residual", a.width());
      case Arguments.Cap a -> Map.of("logits", a.vocabulary());
      case Arguments.Raise a -> Map.of("low", lowWidth(a), "output", a.matrix().rows());
      case Arguments.Rank a -> Map.of("logits", a.vocabulary(), "best", 1, "probability", 1);
      case Arguments.Softmax a -> Map.of("logits", a.vocabulary(), "probabilities", a.vocabulary());
      case Arguments.Cut a ->
          Map.of("logits", a.vocabulary(), "probabilities", a.vocabulary(), "least", 1, "last", 1);
      case Arguments.Keep a ->
          Map.of("logits", a.vocabulary(), "probabilities", a.vocabulary(), "least", 1, "last", 1);
      case Arguments.Select a -> Map.of("logits", a.vocabulary(), "tokens", a.k(), "values", a.k());
      case Arguments.AcceptBest _, Arguments.AcceptDrawn _ -> Map.of();
      case Arguments.PlaceMasks a -> Map.of("residual", a.width());
      case Arguments.ProjectAndLower a ->
          Map.of(
              "input", a.matrix().columns(),
              "output", a.matrix().rows(),
              "low", a.down().rows());
      case Arguments.ProjectSome a ->
          Map.of("input", a.matrix().columns(), "logits", a.matrix().rows());
      case Arguments.Lower a -> Map.of("residual", a.matrix().columns(), "low", a.matrix().rows());
      case Arguments.Cross a -> Map.of("low", a.matrix().columns(), "residual", a.matrix().rows());
      case Arguments.RotateAdapted a ->
          Map.of("projected", stride(a.sizes()), "low", 3 * a.matrix().columns());
      case Arguments.GateAdapted a ->
          Map.of("gateAndUp", 2 * a.hidden(), "low", 2 * a.matrix().columns(), "gated", a.hidden());
      case Arguments.AddAdapted a ->
          Map.of(
              "update", a.matrix().rows(),
              "low", a.matrix().columns(),
              "residual", a.matrix().rows());
      case Arguments.LeaveOut a -> Map.of("logits", a.vocabulary());
    };
  }

  private static int lowWidth(Arguments.Raise a) {
    int parts = 1 + (a.matrix().rows() - a.firstPart()) / a.otherPart();
    return parts * a.matrix().columns();
  }

  private static int stride(HeadSizes sizes) {
    return (sizes.heads() + 2 * sizes.keyValueHeads()) * sizes.headSize();
  }

  private static Arguments copy(Arguments arguments) {
    return ArgumentArrays.with(arguments, (_, value) -> copyOf(value));
  }

  private static Object copyOf(Object value) {
    return switch (value) {
      case FloatArray floats -> FloatArray.fromArray(floats.toHeapArray());
      case IntArray ints -> IntArray.fromArray(ints.toHeapArray());
      default -> value;
    };
  }

  /**
   * One row by itself.
   *
   * @param cache where its keys and values go
   */
  private static Arguments row(
      Arguments all, Arguments cache, int row, Map<String, Integer> widths) {
    Map<String, Object> shared = ArgumentArrays.of(cache);
    return ArgumentArrays.with(
        all,
        (name, value) -> {
          if (widths.containsKey(name)) {
            return slice(value, row * widths.get(name), widths.get(name));
          }
          return switch (name) {
            case "pass" -> pass((IntArray) value, row);
            case "most" -> 1;
            case "keys", "values" -> shared.get(name);
            default -> value;
          };
        });
  }

  private static Object slice(Object array, int from, int size) {
    return array instanceof FloatArray floats
        ? FloatArray.fromArray(Arrays.copyOfRange(floats.toHeapArray(), from, from + size))
        : IntArray.fromArray(
            Arrays.copyOfRange(((IntArray) array).toHeapArray(), from, from + size));
  }

  private static IntArray pass(IntArray all, int row) {
    IntArray pass = IntArray.fromArray(all.toHeapArray());
    pass.set(PassBuffer.ROWS, 1);
    pass.set(PassBuffer.LOGIT_ROWS, 1);
    pass.set(PassBuffer.START, all.get(PassBuffer.START) + row);
    pass.set(PassBuffer.TOKENS, all.get(PassBuffer.TOKENS + row));
    pass.set(PassBuffer.LOGIT_ROW, all.get(PassBuffer.LOGIT_ROW + row));
    return pass;
  }

  /** Runs an operation as the backend would: by a kernel of its own, or in parts. */
  private <A extends Arguments> void run(Operation<A> operation, Arguments arguments) {
    @SuppressWarnings("unchecked")
    A own = (A) arguments;
    Optional<KernelVariant<A>> variant = operation.find(traits, KernelProfile.NONE, own);
    if (variant.isPresent()) {
      VariantLaunch.run(variant.get(), own, device, Set.of());
      return;
    }
    switch (arguments) {
      case Arguments.Project a when operation.equals(KernelRegistry.PROJECT_AND_ADD) ->
          projectThenAdd(a);
      case Arguments.ProjectAndGate a -> projectThenGate(a);
      case Arguments.NormAndProject a -> normThenProject(a);
      case Arguments.ProjectAndLower a -> projectThenLower(a);
      case Arguments.ProjectSome a -> projectThenLeaveOut(a);
      default -> throw new IllegalStateException("no kernel for " + operation.name());
    }
  }

  private void projectThenAdd(Arguments.Project a) {
    FloatArray update = new FloatArray(a.most() * a.matrix().rows());
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(), a.matrix(), a.input(), update, a.countAt(), a.layerAt(), a.most()));
    run(
        KernelRegistry.ADD,
        new Arguments.Add(a.pass(), update, a.output(), a.matrix().rows(), 1, a.most()));
  }

  private void projectThenGate(Arguments.ProjectAndGate a) {
    FloatArray gateAndUp = new FloatArray(a.most() * a.matrix().rows());
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(),
            a.matrix(),
            a.input(),
            gateAndUp,
            PassBuffer.ROWS,
            PassBuffer.LAYER,
            a.most()));
    run(
        KernelRegistry.GATE,
        new Arguments.Gate(
            a.pass(), gateAndUp, a.gated(), a.activation(), a.matrix().rows() / 2, a.most()));
  }

  private void normThenProject(Arguments.NormAndProject a) {
    int width = a.matrix().columns();
    FloatArray normed = new FloatArray(a.most() * width);
    run(
        KernelRegistry.NORM,
        new Arguments.Norm(
            a.pass(), a.residual(), a.weight(), normed, width, a.epsilon(), a.most()));
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(), a.matrix(), normed, a.output(), PassBuffer.ROWS, PassBuffer.LAYER, a.most()));
  }

  private void projectThenLower(Arguments.ProjectAndLower a) {
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(),
            a.matrix(),
            a.input(),
            a.output(),
            PassBuffer.ROWS,
            PassBuffer.LAYER,
            a.most()));
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(), a.down(), a.input(), a.low(), PassBuffer.ROWS, PassBuffer.SLOT, a.most()));
  }

  private void projectThenLeaveOut(Arguments.ProjectSome a) {
    run(
        KernelRegistry.PROJECT,
        new Arguments.Project(
            a.pass(),
            a.matrix(),
            a.input(),
            a.logits(),
            PassBuffer.LOGIT_ROWS,
            PassBuffer.NO_LAYER,
            a.most()));
    run(
        KernelRegistry.LEAVE_OUT,
        new Arguments.LeaveOut(a.pass(), a.scored(), a.logits(), a.matrix().rows(), a.most()));
  }
}
