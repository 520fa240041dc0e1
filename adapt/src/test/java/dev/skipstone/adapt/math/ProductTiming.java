package dev.skipstone.adapt.math;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Random;

/**
 * Times matrix products by the processor time of one thread, which holds on a machine that others
 * use too; a program, not a test.
 */
final class ProductTiming {
  private static final int[][] SHAPES = {
    {512, 576, 576},
    {512, 1536, 576},
    {512, 576, 1536},
    {256, 576, 576},
    {192, 8192, 576},
    {192, 576, 8192},
    {512, 32, 576},
    {512, 576, 32},
  };

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProductTiming() {}

  /** Prints GFLOP/s of some shapes, the best of several turns. */
  public static void main(String[] arguments) {
    try (Workers one = new Workers(1)) {
      MatrixProduct product = new MatrixProduct(one);
      for (int turn = 0; turn < 3; turn++) {
        for (int[] shape : SHAPES) {
          time(product, shape[0], shape[1], shape[2], false);
        }
        time(product, 576, 32, 512, true);
        time(product, 1536, 32, 512, true);
      }
    }
  }

  private static void time(MatrixProduct product, int m, int n, int k, boolean transposed) {
    float[] a = new float[m * k];
    float[] b = new float[n * k];
    float[] c = new float[m * n];
    Random random = new Random(1);
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextFloat() - 0.5f;
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = random.nextFloat() - 0.5f;
    }
    Panels panels = new Panels(k, n);
    panels.pack(b, 0, n);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      if (transposed) {
        product.multiplyTransposed(m, a, panels, c, 0, false);
      } else {
        product.multiply(m, a, panels, c, false);
      }
      best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) * 1e-9);
    }
    System.out.printf(
        "%s m %d, n %d, k %d: %.0f GFLOP/s (%f)%n",
        transposed ? "transposed," : "", m, n, k, 2e-9 * m * n * k / best, c[c.length - 1]);
  }
}
