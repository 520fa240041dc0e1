package dev.skipstone.benchmarks.roofline;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import java.util.List;
import java.util.stream.IntStream;

/** What a pass is made of, as far as a pass can leave out the rest. */
public enum PassPart {
  /** Nothing but the rows' embeddings and the pool's dispatch. */
  DISPATCH(false, false, false),
  /** The attention blocks of all layers, their projections included. */
  ATTENTION(true, false, false),
  /** The MLP blocks of all layers. */
  MLP(false, true, false),
  /** The last norm, and the logits. */
  OUTPUT(false, false, true),
  /** All of it. */
  PASS(true, true, true);

  private static final List<TensorRole> ATTENTION_MATRICES =
      List.of(
          TensorRole.ATTENTION_QUERY,
          TensorRole.ATTENTION_KEY,
          TensorRole.ATTENTION_VALUE,
          TensorRole.ATTENTION_OUTPUT);
  private static final List<TensorRole> MLP_MATRICES =
      List.of(TensorRole.MLP_GATE, TensorRole.MLP_UP, TensorRole.MLP_DOWN);

  private final boolean attention;
  private final boolean mlp;
  private final boolean output;

  PassPart(boolean attention, boolean mlp, boolean output) {
    this.attention = attention;
    this.mlp = mlp;
    this.output = output;
  }

  /**
   * A pass of this part only.
   *
   * @param layers of the model
   * @param tokens of the rows
   * @param position of the first row
   * @param logitRows how many rows give logits, the last ones
   */
  public Pass pass(int layers, int[] tokens, int position, int logitRows) {
    int[] none = {};
    int[] all = IntStream.range(0, layers).toArray();
    LayerPath path = LayerPath.skipping(layers, attention ? none : all, mlp ? none : all);
    int[] wanted =
        output ? IntStream.range(tokens.length - logitRows, tokens.length).toArray() : none;
    return new Pass(tokens, position, path, wanted);
  }

  /** Of all matrices together: their bytes as they are in the model's file, or their values. */
  private long matrices(Model model, boolean bytes) {
    long sum = 0;
    for (int layer = 0; layer < model.hyperParameters().layers(); layer++) {
      sum += attention ? sum(model, ATTENTION_MATRICES, layer, bytes) : 0;
      sum += mlp ? sum(model, MLP_MATRICES, layer, bytes) : 0;
    }
    return sum + (output ? sum(model, List.of(TensorRole.OUTPUT), 0, bytes) : 0);
  }

  private static long sum(Model model, List<TensorRole> roles, int layer, boolean bytes) {
    return roles.stream()
        .map(role -> model.tensor(role, layer))
        .mapToLong(tensor -> bytes ? tensor.byteSize() : tensor.rows() * tensor.columns())
        .sum();
  }

  /**
   * Bytes that a pass reads from memory at least: matrices once, in the size that they have in the
   * model's file, and the cache once.
   *
   * @param cacheBytes of a position of the KV cache
   * @param end position behind the last row
   */
  public long bytes(Model model, long cacheBytes, int end) {
    return matrices(model, true) + (attention ? cacheBytes * end : 0);
  }

  /**
   * Operations of the products in a pass: matrices with rows, queries with keys, weights with
   * values. A multiply-add counts as two.
   *
   * @param position of the first row
   */
  public long operations(Model model, int rows, int position, int logitRows) {
    HyperParameters sizes = model.hyperParameters();
    long output = (long) sizes.vocabulary() * sizes.width();
    long perRow = matrices(model, false) - (this.output ? output : 0);
    long sum = 2 * perRow * rows + (this.output ? 2 * output * logitRows : 0);
    if (attention) {
      long width = (long) sizes.heads() * sizes.headSize();
      for (int row = 0; row < rows; row++) {
        sum += 4 * width * sizes.layers() * (position + row + 1L);
      }
    }
    return sum;
  }
}
