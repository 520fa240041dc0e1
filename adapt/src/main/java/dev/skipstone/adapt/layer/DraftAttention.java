package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.BlockProduct;
import dev.skipstone.adapt.math.Panels;
import dev.skipstone.adapt.math.Rows;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import java.util.Arrays;

/**
 * Attention of drafts' rows over the given keys and values of earlier positions, and causally over
 * the rows of their own draft, in some layers within a window; scores may be capped. The heads of
 * all rows that share keys make one matrix of queries, so that the parts of it are matrix products;
 * a unit of work is one anchor's key-value head. Probabilities are computed again for the
 * derivative, from each row's log of the sum of exponentials (as in FlashAttention, arXiv
 * 2205.14135).
 */
final class DraftAttention {
  private final HyperParameters sizes;
  private final int group;
  private final int queryWidth;
  private final int keyWidth;
  private final float scale;
  private final SoftCap cap;

  /** Distance of the scores of two queries. */
  private final int stride;

  private final Workers workers;
  private final Buffers[] buffers;
  private final Workers.Task forward = this::forwardUnit;
  private final Workers.Task backward = this::backwardUnit;

  private AnchorBatch batch;
  private AttentionContext context;
  private float[] queries;
  private float[] keys;
  private float[] values;
  private float[] attended;
  private float[] logSums;
  private Scratch gradients;

  /** What one worker needs. */
  private static final class Buffers {
    private final BlockProduct product = new BlockProduct();
    private final float[] lanes = Rows.lanes();
    private final float[] queries;
    private final float[] outputs;
    private final float[] scores;
    private final float[] gradients;

    /** Slopes of one row's capped scores. */
    private final float[] slopes;

    Buffers(int rows, int headSize, int stride, boolean capped) {
      queries = new float[rows * headSize];
      outputs = new float[rows * headSize];
      scores = new float[rows * stride];
      gradients = new float[rows * stride];
      slopes = new float[capped ? stride : 0];
    }
  }

  /**
   * @param capacity positions of a sequence
   * @param draftTokens rows of a draft
   */
  DraftAttention(HyperParameters sizes, int capacity, int draftTokens, Workers workers) {
    this.sizes = sizes;
    this.workers = workers;
    group = sizes.heads() / sizes.keyValueHeads();
    queryWidth = sizes.heads() * sizes.headSize();
    keyWidth = sizes.keyValueHeads() * sizes.headSize();
    scale = sizes.multipliers().scores();
    cap = new SoftCap(sizes.multipliers().scoreCap());
    stride = Panels.roundUp(capacity + draftTokens);
    buffers = new Buffers[workers.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = new Buffers(draftTokens * group, sizes.headSize(), stride, cap.exists());
    }
  }

  /**
   * Computes what rows attend to.
   *
   * @param q [rows][heads * head size], rotated
   * @param k [rows][key-value heads * head size], rotated
   * @param v [rows][key-value heads * head size]
   * @param output receives [rows][heads * head size]
   * @param sums receives [rows][heads], for {@link #backward}
   */
  void forward(
      AnchorBatch drafts,
      AttentionContext earlier,
      float[] q,
      float[] k,
      float[] v,
      float[] output,
      float[] sums) {
    start(drafts, earlier, q, k, v, output, sums);
    workers.run(drafts.anchors() * sizes.keyValueHeads(), forward);
  }

  /**
   * Computes the gradients of q, k and v. The others are as {@link #forward} had and left them.
   *
   * @param scratch has the output's gradient as {@code attended}, and receives the others
   */
  void backward(
      AnchorBatch drafts,
      AttentionContext earlier,
      float[] q,
      float[] k,
      float[] v,
      float[] output,
      float[] sums,
      Scratch scratch) {
    start(drafts, earlier, q, k, v, output, sums);
    gradients = scratch;
    workers.run(drafts.anchors() * sizes.keyValueHeads(), backward);
  }

  private void start(
      AnchorBatch drafts,
      AttentionContext earlier,
      float[] q,
      float[] k,
      float[] v,
      float[] output,
      float[] sums) {
    batch = drafts;
    context = earlier;
    queries = q;
    keys = k;
    values = v;
    attended = output;
    logSums = sums;
  }

  private void forwardUnit(int worker, int unit) {
    Buffers own = buffers[worker];
    int anchor = unit / sizes.keyValueHeads();
    int head = unit % sizes.keyValueHeads();
    int headSize = sizes.headSize();
    int earlier = batch.context(anchor);
    int rows = batch.draftTokens() * group;
    scores(own, anchor, head);
    for (int r = 0; r < rows; r++) {
      int position = earlier + r / group;
      int hidden = context.firstVisible(position);
      int at = r * stride + hidden;
      int count = position + 1 - hidden;
      float max = Rows.max(own.scores, at, count);
      Rows.exponential(own.scores, at, count, 1, -max, own.scores, at);
      float sum = Rows.sum(own.scores, at, count, own.lanes);
      Rows.scale(1 / sum, own.scores, at, count);
      Arrays.fill(own.scores, r * stride, at, 0);
      logSums[queryRow(anchor, r) * sizes.heads() + queryHead(head, r)] =
          max + (float) StrictMath.log(sum);
    }
    own.product
        .left(own.scores, 0, stride, 1)
        .right(context.valueRows(head))
        .result(own.outputs, 0, headSize)
        .multiply(rows, earlier, headSize);
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j <= r / group; j++) {
        float weight = own.scores[r * stride + earlier + j];
        int value = ownRow(anchor, j) * keyWidth + head * headSize;
        Rows.addScaled(weight, values, value, own.outputs, r * headSize, headSize);
      }
      System.arraycopy(own.outputs, r * headSize, attended, queryOffset(anchor, head, r), headSize);
    }
  }

  /** Scores of all queries of a unit: [draft row][head of the group][position]. */
  private void scores(Buffers own, int anchor, int head) {
    int headSize = sizes.headSize();
    int earlier = batch.context(anchor);
    int rows = batch.draftTokens() * group;
    for (int r = 0; r < rows; r++) {
      int query = queryOffset(anchor, head, r);
      System.arraycopy(queries, query, own.queries, r * headSize, headSize);
      Rows.scale(scale, own.queries, r * headSize, headSize);
    }
    own.product
        .left(own.queries, 0, headSize, 1)
        .right(context.keyColumns(head))
        .result(own.scores, 0, stride)
        .multiply(rows, headSize, Math.min(Panels.roundUp(earlier), batch.states().length()));
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j <= r / group; j++) {
        int key = ownRow(anchor, j) * keyWidth + head * headSize;
        own.scores[r * stride + earlier + j] =
            Rows.dot(own.queries, r * headSize, keys, key, headSize, own.lanes);
      }
      cap.forward(own.scores, r * stride, earlier + r / group + 1);
    }
  }

  private void backwardUnit(int worker, int unit) {
    Buffers own = buffers[worker];
    int anchor = unit / sizes.keyValueHeads();
    int head = unit % sizes.keyValueHeads();
    int headSize = sizes.headSize();
    int earlier = batch.context(anchor);
    int rows = batch.draftTokens() * group;
    scores(own, anchor, head);
    for (int r = 0; r < rows; r++) {
      System.arraycopy(
          gradients.attended(), queryOffset(anchor, head, r), own.outputs, r * headSize, headSize);
    }
    own.product
        .left(own.outputs, 0, headSize, 1)
        .right(context.valueColumns(head))
        .result(own.gradients, 0, stride)
        .multiply(rows, headSize, Math.min(Panels.roundUp(earlier), batch.states().length()));
    for (int r = 0; r < rows; r++) {
      scoreGradients(own, anchor, head, r);
    }
    ownGradients(own, anchor, head);
    own.product
        .left(own.gradients, 0, stride, 1)
        .right(context.keyRows(head))
        .result(own.outputs, 0, headSize)
        .multiply(rows, earlier, headSize);
    for (int r = 0; r < rows; r++) {
      queryGradient(own, anchor, head, r);
    }
  }

  /**
   * From scores to probabilities p, and from dp to the scores' gradients p (dp - sum(p dp)), where
   * the sum is the output times its gradient.
   */
  private void scoreGradients(Buffers own, int anchor, int head, int r) {
    int headSize = sizes.headSize();
    int earlier = batch.context(anchor);
    int row = r * stride;
    for (int j = 0; j <= r / group; j++) {
      int value = ownRow(anchor, j) * keyWidth + head * headSize;
      own.gradients[row + earlier + j] =
          Rows.dot(own.outputs, r * headSize, values, value, headSize, own.lanes);
    }
    int output = queryOffset(anchor, head, r);
    float mean = Rows.dot(own.outputs, r * headSize, attended, output, headSize, own.lanes);
    int hidden = context.firstVisible(earlier + r / group);
    int at = row + hidden;
    int count = earlier + r / group + 1 - hidden;
    float[] scores = own.scores;
    float[] scoreGradients = own.gradients;
    if (cap.exists()) {
      cap.slopes(scores, at, count, own.slopes);
    }
    float logSum = logSums[queryRow(anchor, r) * sizes.heads() + queryHead(head, r)];
    Rows.exponential(scores, at, count, 1, -logSum, scores, at);
    for (int i = at; i < at + count; i++) {
      scoreGradients[i] = scores[i] * (scoreGradients[i] - mean);
    }
    for (int i = 0; i < count && cap.exists(); i++) {
      scoreGradients[at + i] *= own.slopes[i];
    }
    Arrays.fill(scores, row, at, 0);
    Arrays.fill(scoreGradients, row, at, 0);
  }

  /** Gradients of the draft's own keys and values. */
  private void ownGradients(Buffers own, int anchor, int head) {
    int headSize = sizes.headSize();
    int earlier = batch.context(anchor);
    for (int j = 0; j < batch.draftTokens(); j++) {
      int to = ownRow(anchor, j) * keyWidth + head * headSize;
      Arrays.fill(gradients.keys(), to, to + headSize, 0);
      Arrays.fill(gradients.values(), to, to + headSize, 0);
      for (int r = j * group; r < batch.draftTokens() * group; r++) {
        int at = r * stride + earlier + j;
        int row = r * headSize;
        Rows.addScaled(own.gradients[at], own.queries, row, gradients.keys(), to, headSize);
        Rows.addScaled(own.scores[at], own.outputs, row, gradients.values(), to, headSize);
      }
    }
  }

  private void queryGradient(Buffers own, int anchor, int head, int r) {
    int headSize = sizes.headSize();
    int at = r * headSize;
    for (int j = 0; j <= r / group; j++) {
      float weight = own.gradients[r * stride + batch.context(anchor) + j];
      int key = ownRow(anchor, j) * keyWidth + head * headSize;
      Rows.addScaled(weight, keys, key, own.outputs, at, headSize);
    }
    Rows.scale(scale, own.outputs, at, headSize);
    System.arraycopy(own.outputs, at, gradients.queries(), queryOffset(anchor, head, r), headSize);
  }

  private int ownRow(int anchor, int j) {
    return anchor * batch.draftTokens() + j;
  }

  private int queryRow(int anchor, int r) {
    return ownRow(anchor, r / group);
  }

  private int queryHead(int head, int r) {
    return head * group + r % group;
  }

  private int queryOffset(int anchor, int head, int r) {
    return queryRow(anchor, r) * queryWidth + queryHead(head, r) * sizes.headSize();
  }
}
