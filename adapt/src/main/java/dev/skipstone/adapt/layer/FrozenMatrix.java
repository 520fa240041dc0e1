package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Panels;
import dev.skipstone.model.Tensor;

/**
 * A weight matrix [out, in] that is not trained, packed for y = W x, and, where something before it
 * is trained, for the gradient of x, transposed(W) dy.
 */
final class FrozenMatrix {
  private final Panels forward;
  private final Panels backward;

  /**
   * @param values [out][in]
   * @param gradients whether {@link #backward} is wanted
   */
  FrozenMatrix(float[] values, int out, int in, boolean gradients) {
    forward = new Panels(in, out);
    forward.packTransposed(values, 0, in);
    backward = new Panels(gradients ? out : 0, in);
    if (gradients) {
      backward.pack(values, 0, in);
    }
  }

  /** Decodes a tensor of a model. */
  static FrozenMatrix of(Tensor tensor, boolean gradients) {
    int out = Math.toIntExact(tensor.rows());
    int in = Math.toIntExact(tensor.columns());
    return new FrozenMatrix(decode(tensor), out, in, gradients);
  }

  /** All values of a tensor, row after row. */
  static float[] decode(Tensor tensor) {
    float[] values =
        new float[Math.toIntExact(Math.multiplyExact(tensor.rows(), tensor.columns()))];
    int[] next = {0};
    tensor.forEachValue((piece, count) -> {
      System.arraycopy(piece, 0, values, next[0], count);
      next[0] += count;
    });
    return values;
  }

  /** Bytes of a matrix, both ways. */
  static long bytes(int out, int in) {
    return Panels.bytes(in, out) + Panels.bytes(out, in);
  }

  /** [in][out]. */
  Panels forward() {
    return forward;
  }

  /** [out][in]; empty where gradients were not wanted. */
  Panels backward() {
    return backward;
  }
}
