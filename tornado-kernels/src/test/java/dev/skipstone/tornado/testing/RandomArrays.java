package dev.skipstone.tornado.testing;

import java.util.Random;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Arrays with random content. */
final class RandomArrays {
  private RandomArrays() {}

  static FloatArray floats(Random random, int size, double deviation) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (float) (random.nextGaussian() * deviation));
    }
    return array;
  }

  /** Few different values, so that some are equal; none is -0. */
  static FloatArray logits(Random random, int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (float) Math.rint(random.nextGaussian() * 30) / 8 + 0f);
    }
    return array;
  }

  static IntArray ints(Random random, int size) {
    IntArray array = new IntArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, random.nextInt());
    }
    return array;
  }
}
