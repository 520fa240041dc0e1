package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Rows;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Tensor;
import java.util.Arrays;

/**
 * The output over the draft vocabulary, multiplied and capped as the model does, and the loss:
 * cross-entropy with the text's own next token, and with the target's probabilities where
 * distillation wants it. Logits of a few rows at a time become their gradients in place. A label
 * outside the draft vocabulary carries no loss.
 */
final class DraftHead {
  /** Rows whose logits are held at once. */
  static final int CHUNK = 192;

  private final FrozenMatrix weight;
  private final DraftVocabulary vocabulary;
  private final int width;
  private final float factor;
  private final SoftCap cap;
  private final MatrixProduct product;
  private final Workers workers;
  private final float[][] lanes;

  /** Slopes of a row's capped logits, one for each worker. */
  private final float[][] slopes;

  private final float[] logits;
  private final int[] best;
  private final double[] losses;
  private final Workers.Task guess = this::guessRow;
  private final Workers.Task learn = this::learnRow;

  private AnchorBatch batch;
  private float[] slots;
  private float distillation;
  private int firstRow;

  /**
   * @param output [vocabulary of the model, width]
   * @param multipliers of the model, among them those of logits
   * @param gradients whether {@link #learn} is wanted
   */
  DraftHead(
      Tensor output,
      Multipliers multipliers,
      DraftVocabulary vocabulary,
      boolean gradients,
      int maxRows,
      MatrixProduct product,
      Workers workers) {
    this.vocabulary = vocabulary;
    this.product = product;
    this.workers = workers;
    width = Math.toIntExact(output.columns());
    factor = multipliers.logits();
    cap = new SoftCap(multipliers.logitCap());
    weight = new FrozenMatrix(rows(output, vocabulary), vocabulary.size(), width, gradients);
    logits = new float[Math.multiplyExact(Math.min(CHUNK, maxRows), vocabulary.size())];
    best = new int[maxRows];
    losses = new double[maxRows];
    lanes = new float[workers.size()][];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = Rows.lanes();
    }
    slopes = new float[workers.size()][cap.exists() ? vocabulary.size() : 0];
  }

  private static float[] rows(Tensor output, DraftVocabulary vocabulary) {
    int columns = Math.toIntExact(output.columns());
    float[] rows = new float[Math.multiplyExact(vocabulary.size(), columns)];
    long[] next = {0};
    output.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++, next[0]++) {
        int row = vocabulary.row((int) (next[0] / columns));
        if (row >= 0) {
          rows[row * columns + (int) (next[0] % columns)] = values[i];
        }
      }
    });
    return rows;
  }

  /** Computes all logits, [rows][vocabulary]. */
  void logits(int rows, float[] x, float[] result) {
    product.multiply(rows, x, weight.forward(), result, false);
    for (int row = 0; row < rows; row++) {
      finish(result, row * vocabulary.size());
    }
  }

  /** From products to logits, those of a row. */
  private void finish(float[] values, int from) {
    if (factor != 1) {
      Rows.scale(factor, values, from, vocabulary.size());
    }
    cap.forward(values, from, vocabulary.size());
  }

  /** Finds the best token of each row. */
  void guess(AnchorBatch drafts, float[] x) {
    batch = drafts;
    for (firstRow = 0; firstRow < drafts.rows(); firstRow += CHUNK) {
      int rows = Math.min(CHUNK, drafts.rows() - firstRow);
      product.multiply(rows, x, firstRow * width, weight.forward(), logits, 0, false);
      workers.run(rows, guess);
    }
  }

  /**
   * Computes the loss and its gradient, and the best token of each row.
   *
   * @param factors for each row of a draft, the factor of its loss
   * @param share of the loss that is against the target's probabilities
   * @param xGradient receives [rows][width]
   * @return the loss: the sum over the rows
   */
  double learn(AnchorBatch drafts, float[] factors, float share, float[] x, float[] xGradient) {
    begin(drafts, factors, share);
    for (firstRow = 0; firstRow < drafts.rows(); firstRow += CHUNK) {
      int rows = learnChunk(x);
      product.multiply(rows, logits, 0, weight.backward(), xGradient, firstRow * width, false);
    }
    return sum();
  }

  /** The loss of {@link #learn} without distillation, alone. */
  double loss(AnchorBatch drafts, float[] factors, float[] x) {
    begin(drafts, factors, 0);
    for (firstRow = 0; firstRow < drafts.rows(); firstRow += CHUNK) {
      learnChunk(x);
    }
    return sum();
  }

  private void begin(AnchorBatch drafts, float[] factors, float share) {
    batch = drafts;
    slots = factors;
    distillation = share;
  }

  /** Losses and logits' gradients of the rows from the first on; how many these are. */
  private int learnChunk(float[] x) {
    int rows = Math.min(CHUNK, batch.rows() - firstRow);
    product.multiply(rows, x, firstRow * width, weight.forward(), logits, 0, false);
    workers.run(rows, learn);
    return rows;
  }

  private double sum() {
    double sum = 0;
    for (int row = 0; row < batch.rows(); row++) {
      sum += losses[row];
    }
    return sum;
  }

  /** The best token of a row. */
  int best(int row) {
    return vocabulary.token(best[row]);
  }

  private void guessRow(int worker, int unit) {
    int size = vocabulary.size();
    finish(logits, unit * size);
    findBest(unit, Rows.max(logits, unit * size, size));
  }

  private void findBest(int unit, float max) {
    int from = unit * vocabulary.size();
    int i = 0;
    // The last one also stands for a row of NaN.
    while (i < vocabulary.size() - 1 && logits[from + i] != max) {
      i++;
    }
    best[firstRow + unit] = i;
  }

  private void learnRow(int worker, int unit) {
    int row = firstRow + unit;
    int size = vocabulary.size();
    int from = unit * size;
    finish(logits, from);
    float max = Rows.max(logits, from, size);
    findBest(unit, max);
    int label = batch.label(row);
    int wanted = label < 0 ? -1 : vocabulary.row(label);
    float ofSlot = slots[row % batch.draftTokens()];
    float labelShare = wanted < 0 ? 0 : ofSlot * (1 - distillation);
    float targetShare = ofSlot * distillation;
    float labelLogit = wanted < 0 ? 0 : logits[from + wanted];
    double logitSum = (double) labelShare * labelLogit;
    float share = labelShare;
    if (targetShare > 0) {
      TargetStates states = batch.states();
      for (int c = firstChoice(row); c < endOfChoices(row); c++) {
        int choice = vocabulary.row(states.choiceTokens()[c]);
        if (choice >= 0) {
          share += targetShare * states.choiceProbabilities()[c];
          logitSum += targetShare * states.choiceProbabilities()[c] * logits[from + choice];
        }
      }
    }
    losses[row] = 0;
    if (share == 0) {
      Arrays.fill(logits, from, from + size, 0);
      return;
    }
    if (cap.exists()) {
      cap.slopes(logits, from, size, slopes[worker]);
    }
    Rows.exponential(logits, from, size, 1, -max, logits, from);
    float sum = Rows.sum(logits, from, size, lanes[worker]);
    losses[row] = share * (max + Math.log(sum)) - logitSum;
    Rows.scale(share / sum, logits, from, size);
    if (wanted >= 0) {
      logits[from + wanted] -= labelShare;
    }
    if (targetShare > 0) {
      subtractChoices(row, from, targetShare);
    }
    finishGradient(from, slopes[worker]);
  }

  /** From logits' gradients to those of the products. */
  private void finishGradient(int from, float[] ofCap) {
    for (int i = 0; i < ofCap.length; i++) {
      logits[from + i] *= ofCap[i];
    }
    if (factor != 1) {
      Rows.scale(factor, logits, from, vocabulary.size());
    }
  }

  private void subtractChoices(int row, int from, float targetShare) {
    TargetStates states = batch.states();
    for (int c = firstChoice(row); c < endOfChoices(row); c++) {
      int choice = vocabulary.row(states.choiceTokens()[c]);
      if (choice >= 0) {
        logits[from + choice] -= targetShare * states.choiceProbabilities()[c];
      }
    }
  }

  /** What the target would say at a row's position, among its choices; nothing behind the end. */
  private int firstChoice(int row) {
    return batch.position(row) * batch.states().choices();
  }

  private int endOfChoices(int row) {
    return batch.position(row) < batch.states().length()
        ? firstChoice(row) + batch.states().choices()
        : firstChoice(row);
  }
}
