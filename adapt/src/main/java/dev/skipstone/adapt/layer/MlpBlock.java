package dev.skipstone.adapt.layer;

/** x + Wd (act(Wg n) Wu n), with n what is read of x; norms and biases as the model has them. */
final class MlpBlock implements Block {
  private final SublayerInput input;
  private final Linear gate;
  private final Linear up;
  private final SublayerOutput output;
  private final ActivationGate activation;
  private final Scratch scratch;
  private final int hidden;
  private final float[] gates;
  private final float[] ups;
  private final float[] gated;

  MlpBlock(
      SublayerInput input,
      Linear gate,
      Linear up,
      SublayerOutput output,
      ActivationGate activation,
      Scratch scratch) {
    this.input = input;
    this.gate = gate;
    this.up = up;
    this.output = output;
    this.activation = activation;
    this.scratch = scratch;
    hidden = scratch.sizes().hidden();
    gates = new float[scratch.maxRows() * hidden];
    ups = new float[scratch.maxRows() * hidden];
    gated = new float[scratch.maxRows() * hidden];
  }

  @Override
  public void forward(AnchorBatch batch, float[] x, float[] y) {
    int rows = batch.rows();
    float[] read = input.forward(rows, x);
    gate.forward(rows, read, gates, false);
    up.forward(rows, read, ups, false);
    activation.forward(rows * hidden, gates, ups, gated);
    output.forward(rows, gated, x, y);
  }

  @Override
  public void backward(AnchorBatch batch, float[] x, float[] gradient) {
    int rows = batch.rows();
    float[] upGradient = scratch.firstHidden();
    float[] gateGradient = scratch.secondHidden();
    output.backward(rows, gated, gradient, upGradient);
    activation.backward(rows * hidden, gates, ups, upGradient, gateGradient);
    float[] read = input.read(x);
    float[] readGradient = scratch.normed();
    gate.backward(rows, read, gateGradient, readGradient, false);
    up.backward(rows, read, upGradient, readGradient, true);
    input.backward(rows, x, readGradient, gradient);
  }
}
