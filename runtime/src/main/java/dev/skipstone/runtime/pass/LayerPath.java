package dev.skipstone.runtime.pass;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The sublayers that a pass runs, in order: for each layer its attention block and its MLP block,
 * or one of them, or none. Immutable.
 */
public final class LayerPath {
  private final int layers;
  private final BitSet attention;
  private final BitSet mlp;

  private LayerPath(int layers, BitSet attention, BitSet mlp) {
    this.layers = layers;
    this.attention = attention;
    this.mlp = mlp;
  }

  /**
   * Every sublayer: the target.
   *
   * @param layers layers of the model
   */
  public static LayerPath full(int layers) {
    return skipping(layers, new int[0], new int[0]);
  }

  /**
   * All sublayers but some. A layer may be named more than once.
   *
   * @param layers layers of the model
   * @param skippedAttention 0-based layers whose attention block is left out
   * @param skippedMlp 0-based layers whose MLP block is left out
   * @throws IllegalArgumentException for a layer that the model does not have
   */
  public static LayerPath skipping(int layers, int[] skippedAttention, int[] skippedMlp) {
    return new LayerPath(
        layers, kept(layers, skippedAttention, "attention"), kept(layers, skippedMlp, "MLP"));
  }

  /**
   * Some sublayers and no others. A layer may be named more than once.
   *
   * @param layers layers of the model
   * @param attention 0-based layers whose attention block runs
   * @param mlp 0-based layers whose MLP block runs
   * @throws IllegalArgumentException for a layer that the model does not have
   */
  public static LayerPath keeping(int layers, int[] attention, int[] mlp) {
    return new LayerPath(
        layers, set(layers, attention, "kept attention"), set(layers, mlp, "kept MLP"));
  }

  private static BitSet kept(int layers, int[] skipped, String kind) {
    BitSet kept = set(layers, skipped, "skipped " + kind);
    kept.flip(0, layers);
    return kept;
  }

  private static BitSet set(int layers, int[] named, String kind) {
    BitSet set = new BitSet(layers);
    for (int layer : named) {
      if (layer < 0 || layer >= layers) {
        throw new IllegalArgumentException(
            "%s layer %d is not in 0 to %d".formatted(kind, layer, layers - 1));
      }
      set.set(layer);
    }
    return set;
  }

  public int layers() {
    return layers;
  }

  public boolean runsAttention(int layer) {
    return attention.get(layer);
  }

  public boolean runsMlp(int layer) {
    return mlp.get(layer);
  }

  /** How many sublayers run: twice the layers where none is skipped. */
  public int sublayers() {
    return attention.cardinality() + mlp.cardinality();
  }

  public boolean isFull() {
    return sublayers() == 2 * layers;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerPath path
        && layers == path.layers
        && attention.equals(path.attention)
        && mlp.equals(path.mlp);
  }

  @Override
  public int hashCode() {
    return 31 * attention.hashCode() + mlp.hashCode();
  }

  /** The skipped sublayers, as the command line takes them. */
  @Override
  public String toString() {
    return isFull() ? "full" : "skip attention " + gaps(attention) + ", mlp " + gaps(mlp);
  }

  private String gaps(BitSet kept) {
    int[] gaps = IntStream.range(0, layers).filter(layer -> !kept.get(layer)).toArray();
    return gaps.length == 0
        ? "none"
        : String.join(",", IntStream.of(gaps).mapToObj(Integer::toString).toList());
  }
}
