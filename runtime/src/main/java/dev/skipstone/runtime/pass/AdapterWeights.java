package dev.skipstone.runtime.pass;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.Optional;

/**
 * A draft adapter as a backend needs it: trained extras that act on adapted passes only ({@link
 * Pass#adapted}), checked against one model. In an adapted pass
 *
 * <ul>
 *   <li>a row can be a mask slot, whose embedding is one of {@link #masks};
 *   <li>a matrix W with a delta is W + up down;
 *   <li>before the first kept sublayer of a layer with a bridge, the residual stream x of each row
 *       becomes scale x + up (down x), the former element by element;
 *   <li>the output scores only {@link #vocabulary}.
 * </ul>
 */
public interface AdapterWeights {
  /**
   * A product of two matrices of low rank.
   *
   * @param down [rank, columns]
   * @param up [rows, rank], rows in the order of the model's file
   */
  record LowRank(Tensor down, Tensor up) {}

  /**
   * What happens to the residual stream between two kept layers.
   *
   * @param scale [width]
   * @param delta [width, width]; empty for none
   */
  record Bridge(Tensor scale, Optional<LowRank> delta) {}

  /** The sublayers that adapted passes run. */
  LayerPath path();

  /** Number of mask slots; 0 for none. */
  int maskCount();

  /** Embeddings of the mask slots, [{@link #maskCount}, width]; empty where there are none. */
  Optional<Tensor> masks();

  /**
   * What is added to a matrix.
   *
   * @param role one of the seven matrices of a layer
   */
  Optional<LowRank> delta(TensorRole role, int layer);

  /**
   * The bridge before a layer.
   *
   * @param layer 0-based; the number of layers for the one before the output's norm
   */
  Optional<Bridge> bridge(int layer);

  /** The tokens that can be drafted. */
  TokenBlocks vocabulary();
}
