package dev.skipstone.model.testing;

import dev.skipstone.model.TensorType;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A tiny llama with random weights, the same for the same settings. Small enough to run thousands
 * of passes in a test. A row's logits have a standard deviation of about 2.5, greedy text varies,
 * and at the default sizes skipping one layer of the middle keeps about three of four best tokens.
 * Immutable: a setting is changed in a copy.
 */
public final class MicroModel implements Cloneable {
  /** What the default sizes are multiples of. */
  private static final int SMALL_BLOCK = 32;

  private int vocabulary = 288;
  private int layers = 4;
  private int width = 64;
  private int hidden = 128;
  private int heads = 4;
  private int keyValueHeads = 2;
  private int headSize = 16;
  private int context = 256;
  private TensorType matrices = TensorType.F16;
  private boolean tiedOutput = true;
  private long seed = 1;

  private MicroModel() {}

  /** Four layers of width 64, 288 tokens, float16, tied output. */
  public static MicroModel defaults() {
    return new MicroModel();
  }

  /**
   * Sets the vocabulary's size.
   *
   * @param tokens three special ones, then bytes, then merges, then unused ones; with fewer than
   *     259, {@link MicroVocabulary} says which bytes there are
   */
  public MicroModel withVocabulary(int tokens) {
    return with(copy -> copy.vocabulary = tokens);
  }

  public MicroModel withLayers(int count) {
    return with(copy -> copy.layers = count);
  }

  /**
   * Sets the residual stream's and the MLP blocks' channels.
   *
   * @param width channels; a multiple of the block size of {@link #withMatrices}' type
   * @param hidden channels inside an MLP block; such a multiple too
   */
  public MicroModel withSizes(int width, int hidden) {
    return with(copy -> {
      copy.width = width;
      copy.hidden = hidden;
    });
  }

  /**
   * Sets the attention blocks' sizes.
   *
   * @param headSize channels of a head; {@code heads * headSize} is a multiple of the block size
   */
  public MicroModel withHeads(int heads, int keyValueHeads, int headSize) {
    return with(copy -> {
      copy.heads = heads;
      copy.keyValueHeads = keyValueHeads;
      copy.headSize = headSize;
    });
  }

  public MicroModel withContext(int positions) {
    return with(copy -> copy.context = positions);
  }

  /**
   * Sets the type of all matrices; norms are float32. With a type of blocks of 256 values, sizes
   * that are no multiples of that become 256, and the heads as much larger.
   */
  public MicroModel withMatrices(TensorType type) {
    return with(copy -> {
      copy.matrices = type;
      int block = type.blockSize();
      if (block > SMALL_BLOCK) {
        copy.width = copy.width % block == 0 ? copy.width : block;
        copy.hidden = copy.hidden % block == 0 ? copy.hidden : block;
        copy.headSize =
            copy.heads * copy.headSize % block == 0 ? copy.headSize : block / copy.heads;
      }
    });
  }

  /** Sets whether the output is the embedding. */
  public MicroModel withTiedOutput(boolean tied) {
    return with(copy -> copy.tiedOutput = tied);
  }

  public MicroModel withSeed(long number) {
    return with(copy -> copy.seed = number);
  }

  private MicroModel with(Consumer<MicroModel> change) {
    try {
      MicroModel copy = (MicroModel) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  public int vocabulary() {
    return vocabulary;
  }

  public TensorType matrices() {
    return matrices;
  }

  /** Names the model in a parameterized test. */
  @Override
  public String toString() {
    return "%s, %d tokens, %d layers of %d and %d channels, %d and %d heads of %d, %s output"
        .formatted(
            matrices,
            vocabulary,
            layers,
            width,
            hidden,
            heads,
            keyValueHeads,
            headSize,
            tiedOutput ? "tied" : "own");
  }

  /** Writes the model and returns the file's path. */
  public Path write(Path file) {
    return writer().write(file);
  }

  /** The model as a file still to be written, for tests that change something in it first. */
  public GgufWriter writer() {
    GgufWriter writer = new GgufWriter();
    writer
        .string("general.architecture", "llama")
        .string("general.name", "micro")
        .uint32("llama.block_count", layers)
        .uint32("llama.context_length", context)
        .uint32("llama.embedding_length", width)
        .uint32("llama.feed_forward_length", hidden)
        .uint32("llama.attention.head_count", heads)
        .uint32("llama.attention.head_count_kv", keyValueHeads)
        .uint32("llama.attention.key_length", headSize)
        .uint32("llama.attention.value_length", headSize)
        .uint32("llama.rope.dimension_count", headSize)
        .float32("llama.rope.freq_base", 10_000f)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .uint32("llama.vocab_size", vocabulary);
    new MicroVocabulary(vocabulary).writeTo(writer);
    writeTensors(writer);
    return writer;
  }

  private void writeTensors(GgufWriter writer) {
    Random random = new Random(seed);
    float toUnit = (float) (1 / Math.sqrt(width));
    int queries = heads * headSize;
    int keys = keyValueHeads * headSize;
    // A unit-sized normed row times rows of this size gives logits of a few units.
    float embedding = 2.5f * toUnit;
    matrix(writer, random, "token_embd.weight", vocabulary, width, embedding);
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "blk." + layer + ".";
      // As in trained models: the first layer matters most, and with some of the others skipped the
      // best token is still the same more often than not. With a smaller first layer, a model with
      // tied output would repeat its last token for ever.
      float residual = (float) ((layer == 0 ? 4 : 0.7) / Math.sqrt(2.0 * layers));
      norm(writer, random, prefix + "attn_norm.weight");
      matrix(writer, random, prefix + "attn_q.weight", queries, width, 1.5f * toUnit);
      matrix(writer, random, prefix + "attn_k.weight", keys, width, 1.5f * toUnit);
      matrix(writer, random, prefix + "attn_v.weight", keys, width, toUnit);
      matrix(writer, random, prefix + "attn_output.weight", width, queries, residual * toUnit * 2);
      norm(writer, random, prefix + "ffn_norm.weight");
      matrix(writer, random, prefix + "ffn_gate.weight", hidden, width, 1.5f * toUnit);
      matrix(writer, random, prefix + "ffn_up.weight", hidden, width, 1.5f * toUnit);
      float toHidden = (float) (1 / Math.sqrt(hidden));
      matrix(writer, random, prefix + "ffn_down.weight", width, hidden, residual * toHidden);
    }
    norm(writer, random, "output_norm.weight");
    if (!tiedOutput) {
      matrix(writer, random, "output.weight", vocabulary, width, embedding);
    }
  }

  private void matrix(
      GgufWriter writer, Random random, String name, int rows, int columns, float deviation) {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    writer.tensor(name, matrices, values, rows, columns);
  }

  private void norm(GgufWriter writer, Random random, String name) {
    float[] values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = 1 + 0.1f * (float) random.nextGaussian();
    }
    writer.tensor(name, TensorType.F32, values, width);
  }
}
