package dev.skipstone.runtime.cpu;

/**
 * How a tile format takes activations: each multiplied with a power of two that depends on its
 * column in a block, which is exact and saves shifting the weights.
 */
enum ActivationForm {
  /** As they are. */
  PLAIN(0, TileFormat.BLOCK, 1),

  /** For float16 weights that are read as if they were 2^-112 of themselves: times 2^64. */
  HALVES(0, TileFormat.BLOCK, 0x1p64f),

  /** For 2-bit codes left where they lie in a 32-bit word: column c times 4^-(c % 16). */
  PAIRS_BY_16(2, 16, 1),

  /** For 4-bit codes likewise: column c times 16^-(c % 8). */
  NIBBLES(4, TileFormat.BLOCK, 1),

  /** As {@link #NIBBLES}, for scales of 16 columns each. */
  NIBBLES_BY_16(4, 16, 1),

  /** For 8-bit codes likewise: column c times 256^-(c % 4). */
  BYTES(8, TileFormat.BLOCK, 1),

  /** As {@link #BYTES}, for scales of 16 columns each. */
  BYTES_BY_16(8, 16, 1);

  private final int bits;
  private final int columns;
  private final float factor;

  ActivationForm(int bits, int columns, float factor) {
    this.bits = bits;
    this.columns = columns;
    this.factor = factor;
  }

  /**
   * Bits of a code; 0 for the forms of floats. A 32-bit word holds the codes of 32 / bits columns.
   */
  int bits() {
    return bits;
  }

  /** Columns whose codes share a scale. */
  int columns() {
    return columns;
  }

  /** The form for codes of so many bits whose scales are for so many columns. */
  static ActivationForm of(int bits, int columns) {
    for (ActivationForm form : values()) {
      if (form.bits == bits && form.columns == columns && bits > 0) {
        return form;
      }
    }
    throw new IllegalArgumentException(
        "no form for codes of %d bits by %d".formatted(bits, columns));
  }

  /** What a block's columns are multiplied with, [{@value TileFormat#BLOCK}]. */
  float[] factors() {
    float[] factors = new float[TileFormat.BLOCK];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = bits > 0 ? Math.scalb(factor, -(c * bits % Integer.SIZE)) : factor;
    }
    return factors;
  }
}
