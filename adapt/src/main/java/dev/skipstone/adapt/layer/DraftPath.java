package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The draft path of a model with its adapter: kept sublayers, frozen, with what is trained around
 * them. Everything is allocated here; a step allocates nothing.
 */
public final class DraftPath {
  /** Of the embeddings' own deviation: enough that masks differ. */
  private static final double MASK_NOISE = 0.1;

  private final DraftShape shape;
  private final HyperParameters sizes;
  private final Workers workers;
  private final Parameters parameters = new Parameters();
  private final DraftBlocks blocks;
  private final List<float[]> streams = new ArrayList<>();
  private final DraftInput input;
  private final RmsNorm outputNorm;
  private final DraftHead head;
  private final float[] normed;
  private final float[] normedGradient;
  private final float[] gradient;
  private final Workers.Task refresh = this::refreshDelta;
  private TargetStates loaded;

  /**
   * Decodes the weights of the path.
   *
   * @param maxAnchors drafts of a batch
   * @param maxTokens of a sequence
   */
  public DraftPath(Model model, DraftShape shape, int maxAnchors, int maxTokens, Workers workers) {
    this.shape = shape;
    this.workers = workers;
    sizes = model.hyperParameters();
    MatrixProduct product = new MatrixProduct(workers);
    int maxRows = maxAnchors * shape.draftTokens();
    int width = sizes.width();
    input =
        new DraftInput(
            model.tensor(TensorRole.TOKEN_EMBEDDING, 0),
            sizes.multipliers().embedding(),
            parameters,
            parameters.add("masks", shape.draftTokens() - 1, width, false));
    blocks = new DraftBlocks(model, shape, maxRows, maxTokens, workers, product, parameters);
    outputNorm =
        new RmsNorm(
            FrozenMatrix.decode(model.tensor(TensorRole.OUTPUT_NORM, 0)),
            sizes.normEpsilon(),
            maxRows,
            workers);
    head =
        new DraftHead(
            model.tensor(model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT, 0),
            sizes.multipliers(),
            shape.vocabulary(),
            shape.isTrained(),
            maxRows,
            product,
            workers);
    for (int i = 0; i <= blocks.blocks().size(); i++) {
      streams.add(new float[maxRows * width]);
    }
    normed = new float[maxRows * width];
    normedGradient = new float[maxRows * width];
    gradient = new float[maxRows * width];
    parameters.allocate();
  }

  /**
   * What a path takes on the heap, but for small change.
   *
   * @param threads of its workers
   */
  public static long bytes(
      Model model, DraftShape shape, int maxAnchors, int maxTokens, int threads) {
    return DraftMemory.bytes(model, shape, maxAnchors, maxTokens, threads);
  }

  public DraftShape shape() {
    return shape;
  }

  /** What is trained; {@link #refresh} is to follow a change of its values. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Sets all parameters to where training starts: masks at the embeddings' mean with some noise,
   * deltas and bridges that change nothing yet (down normal with a variance of 1 / in, up zero).
   *
   * @param seed of the random numbers
   */
  public void initialize(long seed) {
    Random random = new Random(seed);
    float[] values = parameters.values();
    double[] embeddings = input.meanAndDeviation();
    Parameters.Tensor masks = parameters.tensors().getFirst();
    double noise = MASK_NOISE * embeddings[sizes.width()];
    for (int i = 0; i < masks.size(); i++) {
      values[masks.offset() + i] =
          (float) (embeddings[i % sizes.width()] + noise * random.nextGaussian());
    }
    for (Parameters.Tensor scale : blocks.scales()) {
      Arrays.fill(values, scale.offset(), scale.offset() + scale.size(), 1);
    }
    for (LowRank delta : blocks.deltas()) {
      Parameters.Tensor down = delta.down();
      for (int i = 0; i < down.size(); i++) {
        values[down.offset() + i] = (float) (random.nextGaussian() / Math.sqrt(down.rows()));
      }
      Parameters.Tensor up = delta.up();
      Arrays.fill(values, up.offset(), up.offset() + up.size(), 0);
    }
    refresh();
  }

  /** Takes over changed parameters. */
  public void refresh() {
    workers.run(blocks.deltas().size(), refresh);
  }

  private void refreshDelta(int worker, int unit) {
    blocks.deltas().get(unit).refresh();
  }

  /**
   * Takes over the keys and values of a sequence, for batches from it.
   *
   * @throws IllegalArgumentException if it is longer than the room
   */
  public void load(TargetStates states) {
    loaded = states;
    blocks.load(states);
  }

  /**
   * Guesses the tokens behind the anchors; {@link #guess(int)} tells which.
   *
   * @param batch of the sequence that was loaded last
   */
  public void guess(AnchorBatch batch) {
    forward(batch);
    head.guess(batch, normed);
  }

  /**
   * Computes the loss of a batch and adds to the gradients of the parameters. It guesses, too.
   *
   * @param batch of the sequence that was loaded last
   * @param slots for each row of a draft, the factor of its loss
   * @param distillation share of the loss that is against the target's probabilities, 0 to 1
   * @return the loss: the sum over all rows, times the factors
   */
  public double learn(AnchorBatch batch, float[] slots, float distillation) {
    forward(batch);
    double loss = head.learn(batch, slots, distillation, normed, normedGradient);
    int last = blocks.blocks().size();
    Arrays.fill(gradient, 0, batch.rows() * sizes.width(), 0);
    outputNorm.backward(batch.rows(), streams.get(last), normedGradient, gradient);
    for (int i = last - 1; i >= 0; i--) {
      blocks.blocks().get(i).backward(batch, streams.get(i), gradient);
    }
    input.backward(batch, gradient);
    return loss;
  }

  /** The token that a row of the last batch guesses. */
  public int guess(int row) {
    return head.best(row);
  }

  /** All logits of a batch, [rows][draft vocabulary]. */
  void logits(AnchorBatch batch, float[] result) {
    forward(batch);
    head.logits(batch.rows(), normed, result);
  }

  private void forward(AnchorBatch batch) {
    if (batch.states() != loaded) {
      throw new IllegalStateException("the batch is of a sequence that is not loaded");
    }
    input.forward(batch, streams.getFirst());
    for (int i = 0; i < blocks.blocks().size(); i++) {
      blocks.blocks().get(i).forward(batch, streams.get(i), streams.get(i + 1));
    }
    outputNorm.forward(batch.rows(), streams.getLast(), normed);
  }
}
