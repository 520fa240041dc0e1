package dev.skipstone.tornado.kernel;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Rows of the embedding for a pass's tokens. */
public final class EmbeddingKernels {
  private EmbeddingKernels() {}

  /**
   * One work-item a channel: residual[r] = embedding[token r].
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
      int width) {
    int row = context.globalIdx / width;
    int column = context.globalIdx % width;
    if (row < pass.get(PassBuffer.ROWS)) {
      int token = pass.get(PassBuffer.TOKENS + row);
      residual.set(
          row * width + column,
          Encoding.weight(
              Encoding.word(words, encoding, width, token, column),
              encoding,
              column & ((1 << encoding) - 1),
              Encoding.scale(floats, encoding, width, token, column),
              Encoding.minimum(floats, encoding, width, token, column)));
    }
  }
}
