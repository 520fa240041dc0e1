package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A kernel is written anew once, for whatever plans use it. */
final class KernelCacheTest {
  private static void reverse(KernelContext context, IntArray values) {
    int[] local = context.allocateIntLocalArray(4);
    local[context.localIdx] = values.get(context.localIdx);
    context.localBarrier();
    values.set(context.localIdx, local[3 - context.localIdx]);
  }

  private static KernelMethod kernel() {
    Task2<KernelContext, IntArray> code = KernelCacheTest::reverse;
    return KernelMethod.of(code);
  }

  @Test
  void aKernelIsCompiledOnce() {
    CompiledKernel first = KernelCache.get(kernel(), Instrumentation.NONE);
    assertThat(KernelCache.get(kernel(), Instrumentation.NONE)).isSameAs(first);
  }

  @Test
  void anInstrumentedKernelIsAnother() {
    Instrumentation other =
        new Instrumentation() {
          @Override
          public boolean needed() {
            return true;
          }

          @Override
          public Rewriter rewriter(int flowSlot, int freeSlot) {
            return (_, _, _) -> false;
          }
        };
    CompiledKernel plain = KernelCache.get(kernel(), Instrumentation.NONE);
    assertThat(KernelCache.get(kernel(), other).body()).isNotSameAs(plain.body());
  }
}
