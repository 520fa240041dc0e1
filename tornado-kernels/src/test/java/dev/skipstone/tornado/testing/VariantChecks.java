package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** Runs kernels on random arguments and compares what they leave with the reference. */
final class VariantChecks {
  private final TornadoDevice device;

  VariantChecks(TornadoDevice device) {
    this.device = device;
  }

  /**
   * Compares some runs of a variant with the reference.
   *
   * @param runs that are compared; arguments that the variant does not accept don't count
   * @return the first difference, for people
   */
  <A extends Arguments> Optional<String> check(
      Choice<A> choice, CaseSizes sizes, long seed, int runs) {
    KernelCases cases = new KernelCases(seed, sizes);
    for (int run = 0; run < runs; run++) {
      A arguments = choice.next(cases);
      Optional<String> difference = compare(choice.operation(), choice.variant(), arguments);
      if (difference.isPresent()) {
        return Optional.of(
            "%s, seed %d, run %d, %s: %s"
                .formatted(choice.variant().name(), seed, run, shape(arguments), difference.get()));
      }
    }
    return Optional.empty();
  }

  /** Runs a variant once; its results are left in the arguments. */
  <A extends Arguments> Optional<String> compare(
      Operation<A> operation, KernelVariant<A> variant, A arguments) {
    Expectation expectation = KernelReference.of(operation, arguments);
    VariantLaunch.run(variant, arguments, device, expectation.written());
    return expectation.difference(arguments);
  }

  /** Arguments with arrays as their sizes. */
  static String shape(Arguments arguments) {
    Map<Object, String> sizes = new HashMap<>();
    String text = arguments.toString();
    for (Map.Entry<String, Object> array : ArgumentArrays.of(arguments).entrySet()) {
      sizes.put(array.getValue(), "[" + ArgumentArrays.size(array.getValue()) + "]");
    }
    for (Map.Entry<Object, String> size : sizes.entrySet()) {
      text = text.replace(size.getKey().toString(), size.getValue());
    }
    return text;
  }
}
