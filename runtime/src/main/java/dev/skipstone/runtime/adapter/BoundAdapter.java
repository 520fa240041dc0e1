package dev.skipstone.runtime.adapter;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.runtime.adapter.NumberRanges.Range;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** An adapter whose shapes are those of a model. */
final class BoundAdapter implements AdapterWeights {
  private final SafetensorsFile file;
  private final AdapterContents contents;
  private final LayerPath path;
  private final HyperParameters sizes;
  private final boolean interleaved;
  private final TokenBlocks vocabulary;

  private BoundAdapter(
      SafetensorsFile file, AdapterContents contents, LayerPath path, Model model) {
    this.file = file;
    this.contents = contents;
    this.path = path;
    sizes = model.hyperParameters();
    interleaved = model.architecture().rope() == RopePairing.ADJACENT;
    vocabulary = blocks(contents, sizes.vocabulary());
  }

  static BoundAdapter of(
      SafetensorsFile file, AdapterContents contents, LayerPath path, Model model) {
    BoundAdapter bound = new BoundAdapter(file, contents, path, model);
    bound.checkShapes();
    return bound;
  }

  private static TokenBlocks blocks(AdapterContents contents, int vocabulary) {
    List<Range> ranges = contents.vocabulary();
    int last = ranges.getLast().last();
    if (last >= vocabulary || ((last + 1) % TokenBlocks.BLOCK != 0 && last != vocabulary - 1)) {
      throw contents.error(
          "vocabulary",
          "ends at %d, which is neither before a multiple of %d nor the model's last token, %d"
              .formatted(last, TokenBlocks.BLOCK, vocabulary - 1));
    }
    int[] blocks =
        ranges.stream()
            .flatMapToInt(range ->
                IntStream.rangeClosed(
                    range.first() / TokenBlocks.BLOCK, range.last() / TokenBlocks.BLOCK))
            .toArray();
    return new TokenBlocks(blocks, vocabulary);
  }

  private void checkShapes() {
    long width = sizes.width();
    masks().ifPresent(masks -> checkShape(masks, masks.rows(), width));
    for (AdapterMatrix matrix : AdapterMatrix.values()) {
      List<Long> shape = matrix.role().shape(sizes);
      for (int layer = 0; layer < sizes.layers(); layer++) {
        stored(prefix(matrix, layer)).ifPresent(delta -> checkDelta(delta, shape));
      }
    }
    int bridges = 0;
    for (int layer = 0; layer <= sizes.layers(); layer++) {
      Optional<Bridge> bridge = bridge(layer);
      if (bridge.isPresent()) {
        Tensor scale = bridge.get().scale();
        checkShape(scale, width);
        bridge.get().delta().ifPresent(delta -> checkDelta(delta, List.of(width, width)));
        if (layer < sizes.layers() && !path.runsAttention(layer) && !path.runsMlp(layer)) {
          throw contents.error(scale, "no sublayer of its layer is kept");
        }
        bridges++;
      }
    }
    checkNoOtherBridge(bridges);
  }

  private void checkNoOtherBridge(int bridges) {
    List<Tensor> scales =
        file.tensors().stream().filter(tensor -> tensor.name().endsWith(".scale")).toList();
    if (scales.size() != bridges) {
      throw contents.error(
          scales.getLast(), "the model has only %d layers for bridges".formatted(sizes.layers()));
    }
  }

  private void checkDelta(LowRank delta, List<Long> shape) {
    checkShape(delta.down(), delta.down().rows(), shape.get(1));
    checkShape(delta.up(), shape.get(0), delta.up().columns());
  }

  private void checkShape(Tensor tensor, Long... shape) {
    if (!tensor.shape().equals(List.of(shape))) {
      throw contents.error(
          tensor, "has shape %s instead of %s".formatted(tensor.shape(), List.of(shape)));
    }
  }

  @Override
  public LayerPath path() {
    return path;
  }

  @Override
  public int maskCount() {
    return contents.maskCount();
  }

  @Override
  public Optional<Tensor> masks() {
    return file.tensor("masks");
  }

  @Override
  public Optional<LowRank> delta(TensorRole role, int layer) {
    AdapterMatrix matrix =
        AdapterMatrix.of(role)
            .orElseThrow(() -> new IllegalArgumentException(role + " can have no delta"));
    Optional<LowRank> stored = stored(prefix(matrix, layer));
    return matrix.rotated() && interleaved
        ? stored.map(delta -> new LowRank(delta.down(), new InterleavedRows(delta.up(), sizes)))
        : stored;
  }

  @Override
  public Optional<Bridge> bridge(int layer) {
    String prefix = "bridges.%d.".formatted(layer);
    return file.tensor(prefix + "scale").map(scale -> new Bridge(scale, stored(prefix)));
  }

  @Override
  public TokenBlocks vocabulary() {
    return vocabulary;
  }

  private Optional<LowRank> stored(String prefix) {
    return file.tensor(prefix + "down")
        .map(down -> new LowRank(down, file.tensor(prefix + "up").orElseThrow()));
  }

  private static String prefix(AdapterMatrix matrix, int layer) {
    return "layers.%d.%s.".formatted(layer, matrix.name().toLowerCase(Locale.ROOT));
  }
}
