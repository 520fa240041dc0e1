package dev.skipstone.runtime.pass;

import dev.skipstone.model.TensorType;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Single operations of a backend over made-up data of their own, for benchmarks and research; found
 * with {@link ServiceLoader}, as backends are. Making one ready allocates all that it uses; running
 * it allocates nothing. Sizes that a kernel can't take give an {@link IllegalArgumentException}.
 */
public interface KernelSuite {
  /** What a product's columns are a multiple of. */
  int PRODUCT_COLUMNS = 32;

  /** Name of the backend. */
  String name();

  /**
   * Matrix product of rows of activations with weights: y[rows][outputs].
   *
   * @param outputs rows of the weights
   * @param columns of the weights; a multiple of {@value #PRODUCT_COLUMNS}
   * @param threads that share the work
   */
  Kernel product(TensorType type, int outputs, int columns, int rows, int threads);

  /** Brings rows of activations to the form that products with a type of weights take. */
  Kernel preparation(TensorType type, int columns, int rows);

  /** RMSNorm of rows of so many channels. */
  Kernel rmsNorm(int width, int rows);

  /** SwiGLU's gate: rows of so many channels inside the MLP. */
  Kernel siluGate(int hidden, int rows);

  /** RoPE as a pass does it: the rows' angles once, then every head of every layer. */
  Kernel rope(int layers, int heads, int headSize, int rows);

  /**
   * Attention of all layers, one after another, without projections.
   *
   * @param shape of the heads and layers
   * @param context positions before the first row
   * @param rows at most {@link #attentionRows}
   * @param threads that share the work
   */
  Kernel attention(AttentionShape shape, int context, int rows, int threads);

  /** Most rows of attention. */
  int attentionRows();

  /** The largest logit of each row. */
  Kernel argmax(int vocabulary, int rows);

  /** The largest probability of each row. */
  Kernel topProbability(int vocabulary, int rows);

  /** One task of phases without work: what dispatching them costs. */
  Kernel emptyPhases(int phases, int threads);

  /**
   * Sizes that attention depends on.
   *
   * @param heads query heads, a multiple of {@code keyValueHeads}
   * @param headSize channels of a head
   */
  record AttentionShape(int layers, int heads, int keyValueHeads, int headSize) {}

  /** The suites of all backends that have one. */
  static List<KernelSuite> all() {
    return ServiceLoader.load(KernelSuite.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
