package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * The unigram language model: of all ways to cut a piece into tokens the one whose scores sum to
 * the most (Kudo 2018), found with Viterbi's algorithm.
 */
final class Unigram implements SubwordModel {
  /** How much less an unknown character scores than the worst token, as in SentencePiece. */
  private static final double UNKNOWN_PENALTY = 10;

  private static final int UNKNOWN = -1;

  private final TokenTrie trie = new TokenTrie();
  private final double[] scores;
  private final double unknownScore;
  private final UnknownCharacters unknown;

  /**
   * Tokens of bytes are not found by how they are written, as in SentencePiece but not in Hugging
   * Face's tokenizers library.
   *
   * @param scores natural logarithms of the tokens' probabilities; kept, not copied
   */
  Unigram(Vocabulary vocabulary, double[] scores, UnknownCharacters unknown) {
    this.scores = scores;
    this.unknown = unknown;
    double least = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.ordinary(id)) {
        trie.add(vocabulary.token(id), id);
        least = Math.min(least, scores[id]);
      }
    }
    unknownScore = least - UNKNOWN_PENALTY;
  }

  @Override
  public PieceSink encoder(TokenBuffer out) {
    return new Encoder(out);
  }

  private final class Encoder implements PieceSink {
    private final TokenBuffer out;
    private final UnknownCharacters.Run unknowns = unknown.new Run();
    private final int[] tokens = new int[UnknownCharacters.MOST_TOKENS];

    /**
     * By place in the piece: the best sum of scores up to there; the last token, where it began.
     */
    private double[] best = new double[64];

    private int[] last = new int[64];
    private int[] begin = new int[64];

    Encoder(TokenBuffer out) {
      this.out = out;
    }

    @Override
    public void piece(String text, int from, int to) {
      int length = to - from;
      if (best.length <= length) {
        int size = Math.max(length + 1, 2 * best.length);
        best = new double[size];
        last = new int[size];
        begin = new int[size];
      }
      Arrays.fill(best, 0, length + 1, Double.NEGATIVE_INFINITY);
      best[0] = 0;
      for (int at = from; at < to; ) {
        int stop = Utf8.next(text, at);
        if (!extend(text, at, to, from, stop)) {
          offer(at - from, stop - from, UNKNOWN, unknownScore);
        }
        at = stop;
      }
      emit(text, from, length);
    }

    /** Offers all tokens that start at a place; false if none is the single character there. */
    private boolean extend(String text, int start, int to, int from, int single) {
      boolean found = false;
      int node = TokenTrie.ROOT;
      for (int at = start; at < to; at++) {
        node = trie.child(node, text.charAt(at));
        if (node == TokenTrie.NONE) {
          break;
        }
        int id = trie.id(node);
        if (id != TokenTrie.NONE) {
          offer(start - from, at + 1 - from, id, scores[id]);
          found |= at + 1 == single;
        }
      }
      return found;
    }

    private void offer(int start, int end, int token, double score) {
      double sum = best[start] + score;
      if (sum > best[end]) {
        best[end] = sum;
        last[end] = token;
        begin[end] = start;
      }
    }

    private void emit(String text, int from, int length) {
      // The path is known from its end: turn it round in place, as a list of ends.
      int end = length;
      int next = 0;
      while (end > 0) {
        int start = begin[end];
        begin[end] = next;
        next = end;
        end = start;
      }
      int start = 0;
      unknowns.start();
      while (next > 0) {
        if (last[next] == UNKNOWN) {
          int count = unknowns.add(text, from + start, from + next, tokens, 0);
          for (int i = 0; i < count; i++) {
            out.add(tokens[i]);
          }
        } else {
          out.add(last[next]);
          unknowns.start();
        }
        start = next;
        next = begin[next];
      }
    }
  }
}
