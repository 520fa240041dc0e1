package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The model as it is, as a draft of one token from which sublayers are taken one by one: what does
 * it cost to guess the next tokens without them? Sublayers are numbered in the order in which they
 * run: 2 I is layer I's attention, 2 I + 1 its MLP. The streams in front of each are kept, so that
 * trying to skip one runs only what comes behind it.
 */
public final class ThinnedModel {
  private static final float[] ONE = {1};

  private final HyperParameters sizes;
  private final int maxRows;
  private final DraftBlocks blocks;
  private final DraftInput input;
  private final RmsNorm outputNorm;
  private final DraftHead head;
  private final boolean[] kept;
  private final List<Sample> samples = new ArrayList<>();
  private final float[][] passing;
  private final float[] normed;
  private int labels;

  /** A text's drafts, and their streams in front of each sublayer and behind the last. */
  private record Sample(AnchorBatch batch, List<float[]> streams) {}

  /**
   * Decodes the weights.
   *
   * @param vocabulary the tokens among which a guess is made
   * @param maxAnchors drafts of one text
   * @param maxTokens of one text
   */
  public ThinnedModel(
      Model model, DraftVocabulary vocabulary, int maxAnchors, int maxTokens, Workers workers) {
    sizes = model.hyperParameters();
    maxRows = maxAnchors;
    MatrixProduct product = new MatrixProduct(workers);
    LayerPath full = LayerPath.full(sizes.layers());
    DraftShape shape = new DraftShape(full, 1, 0, 1, vocabulary);
    Parameters none = new Parameters();
    input =
        new DraftInput(
            model.tensor(TensorRole.TOKEN_EMBEDDING, 0),
            sizes.multipliers().embedding(),
            none,
            none.add("masks", 0, sizes.width(), false));
    blocks = new DraftBlocks(model, shape, maxRows, maxTokens, workers, product, none);
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
            vocabulary,
            false,
            maxRows,
            product,
            workers);
    kept = new boolean[2 * sizes.layers()];
    Arrays.fill(kept, true);
    passing = new float[2][maxRows * sizes.width()];
    normed = new float[maxRows * sizes.width()];
  }

  /**
   * Adds drafts to those that are judged by.
   *
   * @param states of all layers, which stay as they are from now on
   * @param anchors positions with a token behind them
   */
  public void add(TargetStates states, int[] anchors) {
    AnchorBatch batch = new AnchorBatch(maxRows, 1);
    batch.set(states, anchors, anchors.length);
    List<float[]> streams = new ArrayList<>();
    for (int i = 0; i <= kept.length; i++) {
      streams.add(new float[batch.rows() * sizes.width()]);
    }
    Sample sample = new Sample(batch, streams);
    input.forward(batch, streams.getFirst());
    blocks.load(states);
    rerun(sample, 0);
    samples.add(sample);
    labels += batch.rows();
  }

  /** How many sublayers the model has. */
  public int sublayers() {
    return kept.length;
  }

  /** Whether a sublayer has not been taken away. */
  public boolean has(int sublayer) {
    return kept[sublayer];
  }

  /** What is left. */
  public LayerPath path() {
    return LayerPath.keeping(sizes.layers(), layers(0), layers(1));
  }

  private int[] layers(int first) {
    return IntStream.range(0, sizes.layers()).filter(layer -> kept[2 * layer + first]).toArray();
  }

  /** The mean negative log-likelihood, in nats, of the next tokens as things stand. */
  public double loss() {
    double sum = 0;
    for (Sample sample : samples) {
      sum += loss(sample, sample.streams().getLast());
    }
    return sum / labels;
  }

  /** What {@link #loss} would be without a sublayer. */
  public double lossWithout(int sublayer) {
    double sum = 0;
    for (Sample sample : samples) {
      blocks.load(sample.batch().states());
      float[] x = sample.streams().get(sublayer);
      int next = 0;
      for (int i = sublayer + 1; i < kept.length; i++) {
        if (kept[i]) {
          blocks.blocks().get(i).forward(sample.batch(), x, passing[next]);
          x = passing[next];
          next = 1 - next;
        }
      }
      sum += loss(sample, x);
    }
    return sum / labels;
  }

  /** Takes a sublayer away. */
  public void remove(int sublayer) {
    kept[sublayer] = false;
    for (Sample sample : samples) {
      blocks.load(sample.batch().states());
      rerun(sample, sublayer);
    }
  }

  private void rerun(Sample sample, int from) {
    for (int i = from; i < kept.length; i++) {
      float[] x = sample.streams().get(i);
      float[] y = sample.streams().get(i + 1);
      if (kept[i]) {
        blocks.blocks().get(i).forward(sample.batch(), x, y);
      } else {
        System.arraycopy(x, 0, y, 0, x.length);
      }
    }
  }

  private double loss(Sample sample, float[] stream) {
    outputNorm.forward(sample.batch().rows(), stream, normed);
    return head.loss(sample.batch(), ONE, normed);
  }
}
