package dev.skipstone.adapt.layer;

/** What stands in for a gap of skipped sublayers: y = x scale + up (down x), row by row. */
final class Bridge implements Block {
  private final Parameters parameters;
  private final Parameters.Tensor scale;
  private final LowRank delta;
  private final float[] outputGradient;

  /**
   * @param scale [1][width]
   * @param maxRows of a batch
   */
  Bridge(Parameters parameters, Parameters.Tensor scale, LowRank delta, int maxRows) {
    this.parameters = parameters;
    this.scale = scale;
    this.delta = delta;
    outputGradient = new float[maxRows * scale.columns()];
  }

  Parameters.Tensor scale() {
    return scale;
  }

  LowRank delta() {
    return delta;
  }

  @Override
  public void forward(AnchorBatch batch, float[] x, float[] y) {
    for (int row = 0; row < batch.rows(); row++) {
      scaleRow(x, y, row * scale.columns());
    }
    delta.forward(batch.rows(), x, y);
  }

  private void scaleRow(float[] x, float[] y, int at) {
    float[] factors = parameters.values();
    int from = scale.offset();
    for (int i = 0; i < scale.columns(); i++) {
      y[at + i] = x[at + i] * factors[from + i];
    }
  }

  @Override
  public void backward(AnchorBatch batch, float[] x, float[] gradient) {
    int size = batch.rows() * scale.columns();
    System.arraycopy(gradient, 0, outputGradient, 0, size);
    for (int row = 0; row < batch.rows(); row++) {
      scaleGradient(x, gradient, row * scale.columns());
      scaleRow(outputGradient, gradient, row * scale.columns());
    }
    delta.backward(batch.rows(), x, outputGradient, gradient);
  }

  private void scaleGradient(float[] x, float[] gradient, int at) {
    float[] gradients = parameters.gradients();
    int to = scale.offset();
    for (int i = 0; i < scale.columns(); i++) {
      gradients[to + i] += x[at + i] * gradient[at + i];
    }
  }
}
