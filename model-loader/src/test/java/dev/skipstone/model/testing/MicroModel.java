package dev.skipstone.model.testing;

import dev.skipstone.model.TensorType;
import java.nio.file.Path;
import java.util.Random;

/**
 * A tiny llama with random weights, the same for the same settings. Small enough to run thousands
 * of passes in a test. A row's logits have a standard deviation of about 2.5, greedy text varies,
 * and at the default sizes skipping one layer of the middle keeps about three of four best tokens.
 *
 * @param vocabulary tokens: three special ones, then bytes, then merges, then unused ones; with
 *     fewer than 259, {@link MicroVocabulary} says which bytes there are
 * @param width channels; a multiple of the type's block size
 * @param hidden channels inside an MLP block; a multiple of the type's block size
 * @param headSize channels of a head; {@code heads * headSize} is a multiple of the block size
 * @param matrices type of all matrices; norms are float32
 * @param tiedOutput whether the output is the embedding
 */
public record MicroModel(
    int vocabulary,
    int layers,
    int width,
    int hidden,
    int heads,
    int keyValueHeads,
    int headSize,
    int context,
    TensorType matrices,
    boolean tiedOutput,
    long seed) {

  /** Four layers of width 64, 288 tokens, float16, tied output. */
  public static MicroModel defaults() {
    return new MicroModel(288, 4, 64, 128, 4, 2, 16, 256, TensorType.F16, true, 1);
  }

  public MicroModel withVocabulary(int value) {
    return new MicroModel(
        value,
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        matrices,
        tiedOutput,
        seed);
  }

  public MicroModel withLayers(int value) {
    return new MicroModel(
        vocabulary,
        value,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        matrices,
        tiedOutput,
        seed);
  }

  public MicroModel withSizes(int newWidth, int newHidden) {
    return new MicroModel(
        vocabulary,
        layers,
        newWidth,
        newHidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        matrices,
        tiedOutput,
        seed);
  }

  public MicroModel withHeads(int newHeads, int newKeyValueHeads, int newHeadSize) {
    return new MicroModel(
        vocabulary,
        layers,
        width,
        hidden,
        newHeads,
        newKeyValueHeads,
        newHeadSize,
        context,
        matrices,
        tiedOutput,
        seed);
  }

  public MicroModel withContext(int value) {
    return new MicroModel(
        vocabulary,
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        value,
        matrices,
        tiedOutput,
        seed);
  }

  public MicroModel withMatrices(TensorType value) {
    return new MicroModel(
        vocabulary,
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        value,
        tiedOutput,
        seed);
  }

  public MicroModel withTiedOutput(boolean value) {
    return new MicroModel(
        vocabulary,
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        matrices,
        value,
        seed);
  }

  public MicroModel withSeed(long value) {
    return new MicroModel(
        vocabulary,
        layers,
        width,
        hidden,
        heads,
        keyValueHeads,
        headSize,
        context,
        matrices,
        tiedOutput,
        value);
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
