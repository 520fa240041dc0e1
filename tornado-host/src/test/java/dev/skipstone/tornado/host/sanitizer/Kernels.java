package dev.skipstone.tornado.host.sanitizer;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/**
 * Kernels without a fault, and mutants of them: where one has a fault, the line at which it shows
 * ends with a comment that says so.
 */
final class Kernels {
  static final int GROUP = 8;

  private Kernels() {}

  static void sum(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx);
    for (int stride = GROUP / 2; stride > 0; stride /= 2) {
      context.localBarrier();
      if (local < stride) {
        partial[local] += partial[local + stride];
      }
    }
    if (local == 0) {
      out.set(context.groupIdx, partial[0]);
    }
  }

  static void sumWithoutBarrier(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx);
    context.localBarrier();
    for (int stride = GROUP / 2; stride > 0; stride /= 2) {
      if (local < stride) {
        partial[local] += partial[local + stride]; // fault
      }
    }
    if (local == 0) {
      out.set(context.groupIdx, partial[0]);
    }
  }

  static void sumOneTooFar(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx + 1); // fault
    context.localBarrier();
    if (local == 0) {
      out.set(context.groupIdx, partial[0]);
    }
  }

  static void sumBehindLocal(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx);
    context.localBarrier();
    if (local == 0) {
      float sum = 0;
      for (int i = 0; i <= GROUP; i++) {
        sum += partial[i]; // fault
      }
      out.set(context.groupIdx, sum);
    }
  }

  static void sumWithDivergence(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    partial[local] = in.get(context.globalIdx);
    context.localBarrier();
    if (local < GROUP / 2) {
      context.localBarrier(); // fault
    }
    if (local == 0) {
      out.set(context.groupIdx, partial[0]);
    }
  }

  static void barriersOfTwoBranches(KernelContext context, FloatArray out) {
    if (context.localIdx % 2 == 0) {
      context.localBarrier(); // fault
    } else {
      out.set(context.globalIdx, 1);
      context.localBarrier(); // fault
    }
  }

  static void sumOfUnwritten(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    int local = context.localIdx;
    if (local > 0) {
      partial[local] = in.get(context.globalIdx);
    }
    context.localBarrier();
    if (local == 1) {
      out.set(context.groupIdx, partial[0] + partial[1]); // fault
    }
  }

  static void privateUnwritten(KernelContext context, FloatArray out) {
    float[] sums = new float[4];
    for (int i = 0; i < 4; i++) {
      sums[i] += i; // fault
    }
    out.set(context.globalIdx, sums[3]);
  }

  static void privateTooFar(KernelContext context, FloatArray out) {
    float[] sums = {1, 2, 3, 4};
    out.set(context.globalIdx, sums[context.localIdx]); // fault
  }

  static void privateArray(KernelContext context, FloatArray out) {
    float[] sums = new float[4];
    for (int i = 0; i < 4; i++) {
      sums[i] = i;
    }
    for (int i = 0; i < 4; i++) {
      sums[i] *= i;
    }
    out.set(context.globalIdx, sums[3]);
  }

  static void allWriteOne(KernelContext context, FloatArray out) {
    out.set(context.groupIdx, context.localIdx); // fault
  }

  static void groupsWriteOne(KernelContext context, FloatArray out) {
    if (context.localIdx == 0) {
      out.set(0, context.groupIdx); // fault
    }
  }

  static void readsOtherGroup(KernelContext context, FloatArray data) {
    int i = context.globalIdx;
    if (i >= GROUP) {
      data.set(i, data.get(i - GROUP)); // fault
    } else {
      data.set(i, i); // fault
    }
  }

  static void scaleWithGuard(KernelContext context, FloatArray x, int size) {
    int i = context.globalIdx;
    if (i < size) {
      x.set(i, 2 * x.get(i));
    }
  }

  static void scaleWithoutGuard(KernelContext context, FloatArray x, int size) {
    int i = context.globalIdx;
    x.set(i, 2 * x.get(i)); // fault
  }

  static void globalExchange(KernelContext context, FloatArray x) {
    int i = context.globalIdx;
    float value = x.get(context.groupIdx * GROUP + (context.localIdx + 1) % GROUP);
    context.globalBarrier();
    x.set(i, value);
  }

  static void globalExchangeWithLocalBarrier(KernelContext context, FloatArray x) {
    int i = context.globalIdx;
    float value = x.get(context.groupIdx * GROUP + (context.localIdx + 1) % GROUP); // fault
    context.localBarrier();
    x.set(i, value); // fault
  }

  static void count(KernelContext context, IntArray counter) {
    context.atomicAdd(counter, 0, 1);
  }

  static void countWithoutAtomic(KernelContext context, IntArray counter) {
    counter.set(0, counter.get(0) + 1); // fault
  }

  static void countAndRead(KernelContext context, IntArray counter, IntArray seen) {
    context.atomicAdd(counter, 0, 1); // fault
    seen.set(context.globalIdx, counter.get(0)); // fault
  }

  static void halves(KernelContext context, HalfFloatArray in, FloatArray out) {
    HalfFloat[] shared = context.allocateHalfFloatLocalArray(GROUP);
    shared[context.localIdx] = in.get(context.globalIdx);
    context.localBarrier();
    out.set(context.globalIdx, shared[GROUP - 1 - context.localIdx].getFloat32());
  }

  static void vectors(KernelContext context, VectorFloat4 in, VectorFloat4 out) {
    Float4 value = in.get(context.globalIdx);
    out.set(context.globalIdx, Float4.add(value, value));
  }

  static void vectorsTooFar(KernelContext context, VectorFloat4 in, VectorFloat4 out) {
    Float4 value = in.get(context.globalIdx + 1); // fault
    out.set(context.globalIdx, Float4.add(value, value));
  }

  static void inMethods(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    float sum = sumOfGroup(context, partial, in.get(context.globalIdx));
    out.set(context.globalIdx, sum);
  }

  private static float sumOfGroup(KernelContext context, float[] partial, float value) {
    partial[context.localIdx] = value;
    context.localBarrier();
    float sum = 0;
    for (int i = 0; i < GROUP; i++) {
      sum += partial[i];
    }
    context.localBarrier();
    return sum;
  }

  static void reusedTooEarly(KernelContext context, FloatArray in, FloatArray out) {
    float[] partial = context.allocateFloatLocalArray(GROUP);
    float sum = 0;
    for (int round = 0; round < 2; round++) {
      partial[context.localIdx] = in.get(context.globalIdx) + round; // fault
      context.localBarrier();
      sum += partial[(context.localIdx + 1) % GROUP]; // fault
    }
    out.set(context.globalIdx, sum);
  }

  static void divide(KernelContext context, IntArray out) {
    out.set(context.globalIdx, 1 / context.localIdx);
  }

  static void loop(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.get(i) + 1);
    }
  }

  static void loopOfTwo(FloatArray in, FloatArray out, int width) {
    for (@Parallel int i = 0; i < out.getSize() / width; i++) {
      for (@Parallel int j = 0; j < width; j++) {
        float sum = 0;
        for (int k = 0; k < width; k++) {
          sum += in.get(i * width + k);
        }
        out.set(i * width + j, sum);
      }
    }
  }

  static void loopOverlapping(FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize() - 1; i++) {
      out.set(i, i); // fault
      out.set(i + 1, i); // fault
    }
  }

  static void loopReduction(FloatArray in, @Reduce FloatArray out) {
    out.set(0, 0);
    for (@Parallel int i = 0; i < in.getSize(); i++) {
      out.set(0, out.get(0) + in.get(i));
    }
  }

  static void copy(KernelContext context, FloatArray in, FloatArray out) {
    out.set(context.globalIdx, in.get(context.globalIdx)); // fault in some graphs
  }

  static void copyPart(KernelContext context, FloatArray in, FloatArray out, int offset) {
    int i = offset + context.globalIdx;
    out.set(i, in.get(i));
  }
}
