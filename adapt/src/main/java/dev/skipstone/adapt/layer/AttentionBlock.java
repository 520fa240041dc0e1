package dev.skipstone.adapt.layer;

/**
 * x + Wo attention(q, k, v), with q, k and v from what is read of x; norms, biases and rotation as
 * the model has them.
 */
final class AttentionBlock implements Block {
  private final SublayerInput input;
  private final RotatedHeads queries;
  private final RotatedHeads keys;
  private final Linear value;
  private final SublayerOutput output;
  private final DraftAttention attention;
  private final AttentionContext context;
  private final Scratch scratch;
  private final float[] values;
  private final float[] attended;
  private final float[] logSums;

  /**
   * @param value the values' matrix
   * @param context keys and values of earlier positions
   */
  AttentionBlock(
      SublayerInput input,
      RotatedHeads queries,
      RotatedHeads keys,
      Linear value,
      SublayerOutput output,
      DraftAttention attention,
      AttentionContext context,
      Scratch scratch) {
    this.input = input;
    this.queries = queries;
    this.keys = keys;
    this.value = value;
    this.output = output;
    this.attention = attention;
    this.context = context;
    this.scratch = scratch;
    values = new float[scratch.values().length];
    attended = new float[scratch.attended().length];
    logSums = new float[scratch.maxRows() * scratch.sizes().heads()];
  }

  @Override
  public void forward(AnchorBatch batch, float[] x, float[] y) {
    int rows = batch.rows();
    float[] read = input.forward(rows, x);
    queries.forward(batch, read);
    keys.forward(batch, read);
    value.forward(rows, read, values, false);
    attention.forward(batch, context, queries.values(), keys.values(), values, attended, logSums);
    output.forward(rows, attended, x, y);
  }

  @Override
  public void backward(AnchorBatch batch, float[] x, float[] gradient) {
    int rows = batch.rows();
    output.backward(rows, attended, gradient, scratch.attended());
    attention.backward(
        batch, context, queries.values(), keys.values(), values, attended, logSums, scratch);
    float[] read = input.read(x);
    float[] readGradient = scratch.normed();
    // Nobody needs the gradient of what was attended to any more.
    float[] buffer = scratch.attended();
    queries.backward(batch, read, scratch.queries(), buffer, readGradient, false);
    keys.backward(batch, read, scratch.keys(), buffer, readGradient, true);
    value.backward(rows, read, scratch.values(), readGradient, true);
    input.backward(rows, x, readGradient, gradient);
  }
}
