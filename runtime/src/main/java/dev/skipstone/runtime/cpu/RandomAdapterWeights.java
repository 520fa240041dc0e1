package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.TensorType;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.List;
import java.util.Optional;

/**
 * An adapter without a file, for a model of any sizes: it has all that adapters can have, and keeps
 * all sublayers.
 *
 * @param sizes of the model
 * @param type of the deltas
 */
record RandomAdapterWeights(HyperParameters sizes, TensorType type) implements AdapterWeights {
  private static final int MASKS = 3;
  private static final int RANK = TileFormat.ROWS;

  @Override
  public LayerPath path() {
    return LayerPath.full(sizes.layers());
  }

  @Override
  public int maskCount() {
    return MASKS;
  }

  @Override
  public Optional<Tensor> masks() {
    return Optional.of(new RandomMatrix(type, MASKS, sizes.width()));
  }

  @Override
  public Optional<LowRank> delta(TensorRole role, int layer) {
    List<Long> shape = role.shape(sizes);
    return Optional.of(lowRank(shape.get(0), shape.get(1)));
  }

  @Override
  public Optional<Bridge> bridge(int layer) {
    Tensor scale = new RandomMatrix(type, 1, sizes.width());
    return Optional.of(new Bridge(scale, Optional.of(lowRank(sizes.width(), sizes.width()))));
  }

  private LowRank lowRank(long rows, long columns) {
    return new LowRank(new RandomMatrix(type, RANK, columns), new RandomMatrix(type, rows, RANK));
  }

  @Override
  public TokenBlocks vocabulary() {
    return new TokenBlocks(new int[] {0}, sizes.vocabulary());
  }
}
