package dev.skipstone.adapt.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Products against sums in float64, of sizes that fill tiles, panels and blocks, and that don't.
 */
final class MatrixProductTest {
  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "6,32,7",
    "5,31,3",
    "7,33,40",
    "97,65,50",
    "200,230,17",
    "12,64,0",
    "3,40,4100",
  })
  void isTheProduct(int m, int n, int k) {
    Random random = new Random(m + 31L * n + 961L * k);
    float[] a = random(random, m * k);
    float[] aTransposed = transposed(a, m, k);
    float[] b = random(random, k * n);
    float[] before = random(random, m * n);
    try (Workers workers = new Workers(2)) {
      MatrixProduct product = new MatrixProduct(workers);
      Panels packed = new Panels(k, n);
      packed.pack(b, 0, n);
      Panels packedTransposed = new Panels(k, n);
      packedTransposed.packTransposed(transposed(b, k, n), 0, k);
      float[] set = before.clone();
      product.multiply(m, a, packed, set, false);
      float[] added = before.clone();
      product.multiply(m, a, packedTransposed, added, true);
      float[] left = before.clone();
      product.multiplyTransposed(m, aTransposed, packed, left, 0, true);
      double[] errors = new double[3];
      for (int i = 0; i < m * n; i++) {
        double sum = 0;
        for (int s = 0; s < k; s++) {
          sum += (double) a[i / n * k + s] * b[s * n + i % n];
        }
        errors[0] = Math.max(errors[0], Math.abs(set[i] - sum));
        errors[1] = Math.max(errors[1], Math.abs(added[i] - before[i] - sum));
        errors[2] = Math.max(errors[2], Math.abs(left[i] - added[i]));
      }
      assertThat(errors[0]).as("error of the product").isLessThan(1e-3);
      assertThat(errors[1]).as("error of what is added").isLessThan(1e-3);
      assertThat(errors[2]).as("difference of the transposed left factor").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"100,200,300", "13,70,2100"})
  void hasTheSameBitsWithAnyNumberOfThreads(int m, int n, int k) {
    float[] one = product(1, m, n, k);
    assertThat(product(2, m, n, k)).isEqualTo(one);
    assertThat(product(5, m, n, k)).isEqualTo(one);
  }

  private static float[] product(int threads, int m, int n, int k) {
    Random random = new Random(7);
    float[] a = random(random, m * k);
    Panels b = new Panels(k, n);
    b.pack(random(random, k * n), 0, n);
    float[] c = new float[m * n];
    try (Workers workers = new Workers(threads)) {
      new MatrixProduct(workers).multiply(m, a, b, c, false);
    }
    return c;
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i % columns * rows + i / columns] = values[i];
    }
    return result;
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
