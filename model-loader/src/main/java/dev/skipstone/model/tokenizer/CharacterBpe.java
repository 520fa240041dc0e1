package dev.skipstone.model.tokenizer;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Byte-pair encoding over characters, as SentencePiece has it (Kudo and Richardson 2018):
 * characters without a token become the tokens of their bytes, where there are such.
 */
final class CharacterBpe implements SubwordModel {
  private static final char SPACE_SIGN = TextStep.SPACE_SIGN.charAt(0);

  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final boolean wholePieces;
  private final UnknownCharacters unknown;

  /** Characters that some token has before a space sign. */
  private final BitSet beforeSpaces = new BitSet();

  /**
   * @param wholePieces whether a piece that is a token is taken as it is, whatever the merges say
   */
  CharacterBpe(
      Vocabulary vocabulary, MergeTable merges, boolean wholePieces, UnknownCharacters unknown) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.wholePieces = wholePieces;
    this.unknown = unknown;
    for (int id = 0; id < vocabulary.size(); id++) {
      String token = vocabulary.token(id);
      for (int i = token.indexOf(SPACE_SIGN, 1); i > 0; i = token.indexOf(SPACE_SIGN, i + 1)) {
        beforeSpaces.set(token.charAt(i - 1));
      }
    }
  }

  @Override
  public PieceSink encoder(TokenBuffer out) {
    return new Encoder(out);
  }

  private final class Encoder implements PieceSink {
    private final TokenBuffer out;
    private final PieceMerger merger = new PieceMerger(merges);
    private final UnknownCharacters.Run unknowns;
    private int[] symbols = new int[64];

    Encoder(TokenBuffer out) {
      this.out = out;
      unknowns = unknown.new Run();
    }

    /** Merges on their own the parts that no merge can join: most words, so that it is quick. */
    @Override
    public void piece(String text, int from, int to) {
      unknowns.start();
      if (wholePieces) {
        int whole = vocabulary.findText(text, from, to);
        if (whole != TokenIndex.NONE) {
          out.add(whole);
          return;
        }
      }
      int start = from;
      for (int at = text.indexOf(SPACE_SIGN, from + 1);
          at >= 0 && at < to;
          at = text.indexOf(SPACE_SIGN, at + 1)) {
        char before = text.charAt(at - 1);
        if (before != SPACE_SIGN && !beforeSpaces.get(before)) {
          part(text, start, at);
          start = at;
        }
      }
      part(text, start, to);
    }

    private void part(String text, int from, int to) {
      int count = 0;
      for (int at = from; at < to; ) {
        int stop = Utf8.next(text, at);
        if (count + UnknownCharacters.MOST_TOKENS > symbols.length) {
          symbols = Arrays.copyOf(symbols, 2 * symbols.length);
        }
        int id = vocabulary.findText(text, at, stop);
        if (id == TokenIndex.NONE) {
          count = unknowns.add(text, at, stop, symbols, count);
        } else {
          symbols[count++] = id;
          unknowns.start();
        }
        at = stop;
      }
      merger.merge(symbols, count, out);
    }
  }
}
