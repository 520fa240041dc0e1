package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Rows;
import dev.skipstone.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A draft's first stream: the anchor token's embedding, which is frozen and multiplied where the
 * model does, unless the masks ride; and the trained masks.
 */
final class DraftInput {
  private final Tensor embedding;
  private final MemorySegment mapped;
  private final int width;
  private final float multiplier;
  private final Parameters parameters;
  private final Parameters.Tensor masks;

  /**
   * @param embedding [vocabulary, width]; stays mapped, and is decoded a row at a time
   * @param multiplier of embeddings
   * @param masks [draft tokens - 1][width]
   */
  DraftInput(Tensor embedding, float multiplier, Parameters parameters, Parameters.Tensor masks) {
    this.embedding = embedding;
    this.multiplier = multiplier;
    this.parameters = parameters;
    this.masks = masks;
    width = Math.toIntExact(embedding.columns());
    mapped = embedding.map(Arena.ofAuto());
  }

  void forward(AnchorBatch batch, float[] x) {
    int blocks = width / embedding.type().blockSize();
    int[] tokens = batch.states().tokens();
    for (int anchor = 0; anchor < batch.anchors(); anchor++) {
      int first = firstMask(batch, anchor);
      if (!batch.riding()) {
        long token = tokens[batch.anchor(anchor)];
        int at = first - width;
        embedding.type().decode(mapped, token * blocks, blocks, x, at);
        if (multiplier != 1) {
          Rows.scale(multiplier, x, at, width);
        }
      }
      System.arraycopy(parameters.values(), masks.offset(), x, first, masks.size());
    }
  }

  /** Adds to the masks' gradients. */
  void backward(AnchorBatch batch, float[] gradient) {
    for (int anchor = 0; anchor < batch.anchors(); anchor++) {
      addMasks(gradient, firstMask(batch, anchor));
    }
  }

  private int firstMask(AnchorBatch batch, int anchor) {
    int row = anchor * batch.draftTokens();
    return (batch.riding() ? row : row + 1) * width;
  }

  private void addMasks(float[] gradient, int from) {
    float[] gradients = parameters.gradients();
    int to = masks.offset();
    for (int i = 0; i < masks.size(); i++) {
      gradients[to + i] += gradient[from + i];
    }
  }

  /** The mean of all embeddings, multiplied, and behind it the deviation of a value from it. */
  double[] meanAndDeviation() {
    double[] sums = new double[width + 1];
    long[] next = {0};
    embedding.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++, next[0]++) {
        sums[(int) (next[0] % width)] += values[i];
        sums[width] += (double) values[i] * values[i];
      }
    });
    double squares = sums[width] / next[0];
    double meanSquares = 0;
    for (int i = 0; i < width; i++) {
      sums[i] /= (double) next[0] / width;
      meanSquares += sums[i] * sums[i] / width;
    }
    sums[width] = Math.sqrt(Math.max(0, squares - meanSquares));
    for (int i = 0; i <= width; i++) {
      sums[i] *= multiplier;
    }
    return sums;
  }
}
