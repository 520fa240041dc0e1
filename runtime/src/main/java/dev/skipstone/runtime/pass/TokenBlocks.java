package dev.skipstone.runtime.pass;

import java.util.Arrays;

/**
 * Some of the tokens of a vocabulary: blocks of {@value #BLOCK} consecutive ids. Immutable.
 *
 * <p>A token's place is its index among these tokens, in ascending order.
 */
public final class TokenBlocks {
  /** Tokens of a block, which starts at a multiple of it; the vocabulary's last may have fewer. */
  public static final int BLOCK = 32;

  private final int[] blocks;
  private final int tokens;

  /**
   * Some blocks of a vocabulary.
   *
   * @param blocks indices of blocks, ascending, at least one
   * @param vocabulary number of all tokens
   * @throws IllegalArgumentException if there are no such blocks
   */
  public TokenBlocks(int[] blocks, int vocabulary) {
    for (int i = 0; i < blocks.length; i++) {
      int least = i == 0 ? 0 : blocks[i - 1] + 1;
      if (blocks[i] < least || blocks[i] > (vocabulary - 1) / BLOCK) {
        throw new IllegalArgumentException(
            "block %d is not in %d to %d".formatted(blocks[i], least, (vocabulary - 1) / BLOCK));
      }
    }
    if (blocks.length == 0) {
      throw new IllegalArgumentException("no tokens");
    }
    this.blocks = blocks.clone();
    int lastTokens = Math.min(BLOCK, vocabulary - blocks[blocks.length - 1] * BLOCK);
    tokens = (blocks.length - 1) * BLOCK + lastTokens;
  }

  /** Number of tokens. */
  public int size() {
    return tokens;
  }

  /** Number of blocks. */
  public int count() {
    return blocks.length;
  }

  /** The id of a block's first token, divided by {@value #BLOCK}. */
  public int block(int index) {
    return blocks[index];
  }

  /**
   * Which of the blocks one is; negative if it is none of them.
   *
   * @param block as {@link #block} gives it
   */
  public int indexOf(int block) {
    return Arrays.binarySearch(blocks, block);
  }

  /** The id of the token at a place. */
  public int token(int place) {
    return blocks[place / BLOCK] * BLOCK + place % BLOCK;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenBlocks that
        && tokens == that.tokens
        && Arrays.equals(blocks, that.blocks);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(blocks);
  }
}
