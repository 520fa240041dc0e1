package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;
import uk.ac.manchester.tornado.api.types.vectors.Int4;

/** Rows of the embedding for a pass's tokens. */
public final class EmbeddingKernels {
  private EmbeddingKernels() {}

  /**
   * One work-item a channel: residual[r] = factor embedding[token r]. Rows of mask slots are left
   * alone.
   *
   * @param residual [rows][width]
   */
  public static void embed(
      KernelContext context,
      IntArray pass,
      IntArray words,
      FloatArray floats,
      FloatArray residual,
      int encoding,
      int width,
      float factor) {
    int row = context.globalIdx / width;
    int column = context.globalIdx % width;
    if (row < pass.get(PassBuffer.ROWS) && pass.get(PassBuffer.TOKENS + row) >= 0) {
      int token = pass.get(PassBuffer.TOKENS + row);
      residual.set(
          row * width + column,
          Encoding.weight(
                  Encoding.word(words, encoding, width, token, column),
                  encoding,
                  column & ((1 << encoding) - 1),
                  Encoding.scale(floats, encoding, width, token, column),
                  Encoding.minimum(floats, encoding, width, token, column))
              * factor);
    }
  }

  /** As {@link #embed}, of float16 numbers. */
  public static void embedHalves(
      KernelContext context,
      IntArray pass,
      HalfFloatArray halves,
      FloatArray residual,
      int width,
      float factor) {
    int row = context.globalIdx / width;
    int column = context.globalIdx % width;
    if (row < pass.get(PassBuffer.ROWS) && pass.get(PassBuffer.TOKENS + row) >= 0) {
      int token = pass.get(PassBuffer.TOKENS + row);
      residual.set(row * width + column, halves.get(token * width + column).getFloat32() * factor);
    }
  }

  /**
   * As {@link #embed}, one work-item for four words, which it reads at once.
   *
   * @param encoding of the words
   */
  public static void embedVectors(
      KernelContext context,
      IntArray pass,
      VectorInt4 vectors,
      FloatArray floats,
      FloatArray residual,
      int encoding,
      int width,
      float factor) {
    int perWord = 1 << encoding;
    int perRow = width / (4 * perWord);
    int row = context.globalIdx / perRow;
    int vector = context.globalIdx % perRow;
    if (row < pass.get(PassBuffer.ROWS) && pass.get(PassBuffer.TOKENS + row) >= 0) {
      int token = pass.get(PassBuffer.TOKENS + row);
      int column = vector * 4 * perWord;
      float scale = Encoding.scale(floats, encoding, width, token, column);
      float minimum = Encoding.minimum(floats, encoding, width, token, column);
      Int4 words = vectors.get(token * perRow + vector);
      int first = words.getX();
      int second = words.getY();
      int third = words.getZ();
      int fourth = words.getW();
      int to = row * width + column;
      for (int k = 0; k < perWord; k++) {
        residual.set(to + k, Encoding.weight(first, encoding, k, scale, minimum) * factor);
        residual.set(
            to + perWord + k, Encoding.weight(second, encoding, k, scale, minimum) * factor);
        residual.set(
            to + 2 * perWord + k, Encoding.weight(third, encoding, k, scale, minimum) * factor);
        residual.set(
            to + 3 * perWord + k, Encoding.weight(fourth, encoding, k, scale, minimum) * factor);
      }
    }
  }
}
