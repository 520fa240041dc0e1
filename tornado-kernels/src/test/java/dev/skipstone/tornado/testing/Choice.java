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
    return checks.check(this, sizes, seed, runs);
  }

  /** The next arguments that the kernel accepts. */
  A next(KernelCases cases) {
    A arguments = cases.next(operation);
    while (!variant.accepts().test(arguments)) {
      arguments = cases.next(operation);
    }
    return arguments;
  }

  /** What the kernel makes a task of, with the next arguments. */
  KernelTask task(KernelCases cases) {
    return KernelTask.of(variant, next(cases));
  }
}
