package dev.skipstone.model.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair encoding over the bytes of UTF-8 (Sennrich et al. 2016; the byte-level form is
 * GPT-2's).
 */
final class ByteLevelBpe implements SubwordModel {
  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final boolean wholePieces;
  private final int[] byteTokens;

  /**
   * @param wholePieces whether a piece that is a token is taken as it is, whatever the merges say
   * @param unknown the token for bytes that have none, or {@link Vocabulary#NO_UNKNOWN}
   */
  ByteLevelBpe(Vocabulary vocabulary, MergeTable merges, boolean wholePieces, int unknown) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.wholePieces = wholePieces;
    byteTokens = vocabulary.alphabetTokens(unknown);
  }

  @Override
  public PieceSink encoder(TokenBuffer out) {
    return new Encoder(out);
  }

  private final class Encoder implements PieceSink {
    private final TokenBuffer out;
    private final PieceMerger merger = new PieceMerger(merges);
    private byte[] utf8 = new byte[64];
    private int[] symbols = new int[64];

    Encoder(TokenBuffer out) {
      this.out = out;
    }

    @Override
    public void piece(String text, int from, int to) {
      utf8 = Utf8.reserve(utf8, to - from);
      int length = Utf8.encode(text, from, to, utf8);
      if (length == 1) {
        out.add(byteToken(utf8[0]));
        return;
      }
      if (wholePieces) {
        int whole = vocabulary.index().find(utf8, length);
        if (whole != TokenIndex.NONE && !vocabulary.special(whole)) {
          out.add(whole);
          return;
        }
      }
      if (symbols.length < length) {
        symbols = Arrays.copyOf(symbols, utf8.length);
      }
      for (int i = 0; i < length; i++) {
        symbols[i] = byteToken(utf8[i]);
      }
      merger.merge(symbols, length, out);
    }

    private int byteToken(byte value) {
      int id = byteTokens[value & 0xff];
      if (id == Vocabulary.NO_UNKNOWN) {
        throw Vocabulary.lacks(value);
      }
      return id;
    }
  }
}
