package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.KernelVariant;
import dev.skipstone.tornado.kernel.Operation;
import java.util.Optional;
import java.util.stream.Stream;

/** A kernel of an operation. */
record Choice<A extends Arguments>(Operation<A> operation, KernelVariant<A> variant) {
  /** Every kernel that is registered. */
  static Stream<Choice<?>> all() {
    return KernelRegistry.operations().stream().flatMap(Choice::of);
  }

  private static <A extends Arguments> Stream<Choice<A>> of(Operation<A> operation) {
    return operation.variants().stream().map(variant -> new Choice<>(operation, variant));
  }

  Optional<String> check(VariantChecks checks, CaseSizes sizes, long seed, int runs) {
    return checks.check(operation, variant, sizes, seed, runs);
  }
}
