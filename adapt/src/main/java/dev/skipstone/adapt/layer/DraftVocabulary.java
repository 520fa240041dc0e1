package dev.skipstone.adapt.layer;

import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The tokens that a draft can propose (FR-Spec, arXiv 2502.14856): whole blocks of {@value #BLOCK}
 * ids, since the output's rows lie together in such.
 */
public final class DraftVocabulary {
  /** Ids of a block. */
  public static final int BLOCK = TokenBlocks.BLOCK;

  private final int[] tokens;
  private final int[] rows;

  private DraftVocabulary(int[] tokens, int vocabulary) {
    this.tokens = tokens;
    rows = new int[vocabulary];
    Arrays.fill(rows, -1);
    for (int i = 0; i < tokens.length; i++) {
      rows[tokens[i]] = i;
    }
  }

  /** All tokens. */
  public static DraftVocabulary all(int vocabulary) {
    return new DraftVocabulary(IntStream.range(0, vocabulary).toArray(), vocabulary);
  }

  /**
   * The blocks with the most frequent tokens.
   *
   * @param counts how often each id of the vocabulary was seen
   * @param size tokens that there may be; at least a block
   */
  public static DraftVocabulary mostFrequent(long[] counts, int size) {
    int blocks = (counts.length + BLOCK - 1) / BLOCK;
    int[] chosen =
        IntStream.range(0, blocks)
            .boxed()
            .sorted(Comparator.comparingLong((Integer block) -> -sum(counts, block)))
            .limit(Math.max(1, size / BLOCK))
            .mapToInt(Integer::intValue)
            .toArray();
    return ofBlocks(chosen, counts.length);
  }

  private static long sum(long[] counts, int block) {
    long sum = 0;
    for (int id = block * BLOCK; id < Math.min(counts.length, (block + 1) * BLOCK); id++) {
      sum += counts[id];
    }
    return sum;
  }

  private static DraftVocabulary ofBlocks(int[] blocks, int vocabulary) {
    int[] ids =
        IntStream.of(blocks)
            .sorted()
            .flatMap(
                block -> IntStream.range(block * BLOCK, Math.min(vocabulary, (block + 1) * BLOCK)))
            .toArray();
    return new DraftVocabulary(ids, vocabulary);
  }

  public int size() {
    return tokens.length;
  }

  /** The token of a row of the draft's output. */
  public int token(int row) {
    return tokens[row];
  }

  /** The row of a token, or -1. */
  public int row(int token) {
    return rows[token];
  }

  /** Ranges of ids, such as {@code 0-8191,9216-9247}. */
  @Override
  public String toString() {
    return IdRanges.text(tokens);
  }
}
