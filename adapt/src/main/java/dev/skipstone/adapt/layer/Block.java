package dev.skipstone.adapt.layer;

/** A part of the draft path, from residual stream to residual stream. */
sealed interface Block permits AttentionBlock, MlpBlock, Bridge {

  /**
   * Computes the stream behind the block.
   *
   * @param x [rows][width], kept by the caller until {@link #backward}
   * @param y receives [rows][width]
   */
  void forward(AnchorBatch batch, float[] x, float[] y);

  /**
   * Turns the gradient of y into that of x, and adds to those of the block's parameters.
   *
   * @param x what {@link #forward} had
   * @param gradient [rows][width]
   */
  void backward(AnchorBatch batch, float[] x, float[] gradient);
}
