package dev.skipstone.adapt.layer;

import dev.skipstone.adapt.math.Panels;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.runtime.pass.LayerPath;

/** What a {@link DraftPath} takes on the heap, but for small change: known before it is taken. */
final class DraftMemory {
  private final HyperParameters sizes;
  private final DraftShape shape;
  private final long rows;
  private final int maxTokens;
  private final int queries;
  private final int keys;
  private long bytes;

  /** Values that are trained. */
  private long trained;

  private DraftMemory(HyperParameters sizes, DraftShape shape, int maxAnchors, int maxTokens) {
    this.sizes = sizes;
    this.shape = shape;
    rows = (long) maxAnchors * shape.draftTokens();
    this.maxTokens = maxTokens;
    queries = sizes.heads() * sizes.headSize();
    keys = sizes.keyValueHeads() * sizes.headSize();
  }

  /** Bytes of a path; the arguments are those of its constructor. */
  static long bytes(
      HyperParameters sizes, DraftShape shape, int maxAnchors, int maxTokens, int threads) {
    DraftMemory memory = new DraftMemory(sizes, shape, maxAnchors, maxTokens);
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
        addRows(2L * width + 2L * queries + 2L * keys + sizes.heads() + 1);
        addContext();
      }
      gap = !path.runsAttention(layer);
      if (path.runsMlp(layer)) {
        addBridge(gap);
        addLinear(width, hidden);
        addLinear(width, hidden);
        addLinear(hidden, width);
        addRows(2L * width + 3L * hidden + 1);
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
    addRows(5L * width + 2L * queries + 2L * keys + 2L * sizes.hidden());
    bytes += FrozenMatrix.bytes(words, width);
    addFloats(Math.min(DraftHead.CHUNK, rows) * words);
    addRows(4);
    long group = sizes.heads() / sizes.keyValueHeads();
    long positions = (long) maxTokens + shape.draftTokens();
    addFloats(2L * threads * group * shape.draftTokens() * (sizes.headSize() + positions));
    addFloats(positions * sizes.ropeDimensions());
    // The ids of the draft vocabulary, and the rows of all ids.
    addFloats((long) words + sizes.vocabulary());
    addFloats(2 * trained);
  }

  /** Float32 values of each row. */
  private void addRows(long values) {
    addFloats(rows * values);
  }

  private void addFloats(long count) {
    bytes += Float.BYTES * count;
  }
}
