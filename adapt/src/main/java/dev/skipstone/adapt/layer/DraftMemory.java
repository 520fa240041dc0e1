package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Panels;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Rope;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.Optional;
import java.util.stream.IntStream;

/** What a {@link DraftPath} takes on the heap, but for small change: known before it is taken. */
final class DraftMemory {
  private final Model model;
  private final HyperParameters sizes;
  private final DraftShape shape;
  private final long rows;
  private final int maxTokens;
  private final int queries;
  private final int keys;
  private long bytes;

  /** Values that are trained. */
  private long trained;

  private DraftMemory(Model model, DraftShape shape, int maxAnchors, int maxTokens) {
    this.model = model;
    sizes = model.hyperParameters();
    this.shape = shape;
    rows = (long) maxAnchors * shape.draftTokens();
    this.maxTokens = maxTokens;
    queries = sizes.heads() * sizes.headSize();
    keys = sizes.keyValueHeads() * sizes.headSize();
  }

  /** Bytes of a path; the arguments are those of its constructor. */
  static long bytes(Model model, DraftShape shape, int maxAnchors, int maxTokens, int threads) {
    DraftMemory memory = new DraftMemory(model, shape, maxAnchors, maxTokens);
    memory.addBlocks();
    memory.addShared(threads);
    return memory.bytes;
  }

  private void addBlocks() {
    int width = sizes.width();
    int hidden = sizes.hidden();
    LayerPath path = shape.path();
    boolean gap = false;
    for (int layer = 0; layer < sizes.layers(); layer++) {
      if (path.runsAttention(layer)) {
        addBridge(gap);
        addLinear(width, queries);
        addLinear(width, keys);
        addLinear(width, keys);
        addLinear(queries, width);
        addRows(width + 2L * queries + 2L * keys + sizes.heads());
        addNorm(TensorRole.ATTENTION_NORM, layer, width);
        addNorm(TensorRole.ATTENTION_QUERY_NORM, layer, queries);
        addNorm(TensorRole.ATTENTION_KEY_NORM, layer, keys);
        addNorm(TensorRole.ATTENTION_POST_NORM, layer, width);
        addContext();
      }
      gap = !path.runsAttention(layer);
      if (path.runsMlp(layer)) {
        addBridge(gap);
        addLinear(width, hidden);
        addLinear(width, hidden);
        addLinear(hidden, width);
        addRows(width + 3L * hidden);
        addNorm(TensorRole.MLP_NORM, layer, width);
        addNorm(TensorRole.MLP_POST_NORM, layer, width);
      }
      gap = !path.runsMlp(layer);
    }
    addBridge(gap);
  }

  /** A matrix and its delta. */
  private void addLinear(int in, int out) {
    bytes += FrozenMatrix.bytes(out, in);
    addLowRank(in, out, shape.rank());
  }

  private void addLowRank(int in, int out, int rank) {
    trained += (long) rank * (in + out);
    bytes += Panels.bytes(in, rank) + Panels.bytes(rank, in);
    bytes += Panels.bytes(out, rank) + Panels.bytes(rank, out);
    bytes += Panels.bytes((int) rows, rank);
    addRows(2L * rank);
  }

  /** What is normed is kept beside the norm's result, and a factor for each time. */
  private void addNorm(TensorRole role, int layer, int values) {
    model.find(role, layer).ifPresent(weight -> addRows(values + values / weight.columns()));
  }

  private void addBridge(boolean gap) {
    if (gap) {
      trained += sizes.width();
      addLowRank(sizes.width(), sizes.width(), shape.bridgeRank());
      addRows(2L * sizes.width());
    }
  }

  private void addContext() {
    bytes +=
        2L
            * sizes.keyValueHeads()
            * (Panels.bytes(sizes.headSize(), maxTokens)
                + Panels.bytes(maxTokens, sizes.headSize()));
  }

  private void addShared(int threads) {
    int width = sizes.width();
    int words = shape.vocabulary().size();
    // Masks, the first stream, what the output takes and gives, and the blocks' common gradients.
    trained += (shape.draftTokens() - 1L) * width;
    addRows(6L * width + 2L * queries + 2L * keys + 2L * sizes.hidden());
    bytes += FrozenMatrix.bytes(words, width);
    addFloats(Math.min(DraftHead.CHUNK, rows) * words);
    addRows(4);
    long group = sizes.heads() / sizes.keyValueHeads();
    long positions = (long) maxTokens + shape.draftTokens();
    addFloats(2L * threads * group * shape.draftTokens() * (sizes.headSize() + positions));
    addFloats(positions * rotated());
    addFloats(sizes.multipliers().scoreCap() > 0 ? threads * positions : 0);
    addFloats(sizes.multipliers().logitCap() > 0 ? (long) threads * words : 0);
    // The ids of the draft vocabulary, and the rows of all ids.
    addFloats((long) words + sizes.vocabulary());
    addFloats(2 * trained);
  }

  /** Channels of the different rotations in the path. */
  private long rotated() {
    return IntStream.range(0, sizes.layers())
        .filter(shape.path()::runsAttention)
        .mapToObj(layer -> sizes.attention().get(layer).rope())
        .distinct()
        .flatMap(Optional::stream)
        .mapToLong(Rope::dimensions)
        .sum();
  }

  /** Float32 values of each row. */
  private void addRows(long values) {
    addFloats(rows * values);
  }

  private void addFloats(long count) {
    bytes += Float.BYTES * count;
  }
}
