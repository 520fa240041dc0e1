package dev.skipstone.adapt.layer;

/** x + Wd (silu(Wg n) Wu n), with n = norm(x). */
final class MlpBlock implements Block {
  private final RmsNorm norm;
  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final SiluGate silu;
  private final Scratch scratch;
  private final int width;
  private final int hidden;
  private final float[] normed;
  private final float[] gates;
  private final float[] ups;
  private final float[] gated;

  MlpBlock(RmsNorm norm, Linear gate, Linear up, Linear down, SiluGate silu, Scratch scratch) {
    this.norm = norm;
    this.gate = gate;
    this.up = up;
    this.down = down;
    this.silu = silu;
    this.scratch = scratch;
    width = scratch.sizes().width();
    hidden = scratch.sizes().hidden();
    normed = new float[scratch.maxRows() * width];
    gates = new float[scratch.maxRows() * hidden];
    ups = new float[scratch.maxRows() * hidden];
    gated = new float[scratch.maxRows() * hidden];
  }

  @Override
  public void forward(AnchorBatch batch, float[] x, float[] y) {
    int rows = batch.rows();
    norm.forward(rows, x, normed);
    gate.forward(rows, normed, gates, false);
    up.forward(rows, normed, ups, false);
    silu.forward(rows * hidden, gates, ups, gated);
    System.arraycopy(x, 0, y, 0, rows * width);
    down.forward(rows, gated, y, true);
  }

  @Override
  public void backward(AnchorBatch batch, float[] x, float[] gradient) {
    int rows = batch.rows();
    float[] upGradient = scratch.firstHidden();
    float[] gateGradient = scratch.secondHidden();
    down.backward(rows, gated, gradient, upGradient, false);
    silu.backward(rows * hidden, gates, ups, upGradient, gateGradient);
    float[] normedGradient = scratch.normed();
    gate.backward(rows, normed, gateGradient, normedGradient, false);
    up.backward(rows, normed, upGradient, normedGradient, true);
    norm.backward(rows, x, normedGradient, gradient);
  }
}
