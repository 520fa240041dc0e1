package dev.skipstone.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Byte-pair encoding over the bytes of UTF-8 (Sennrich et al. 2016; the byte-level form is
 * GPT-2's).
 */
final class ByteLevelBpe implements Tokenizer {
  /** The unknown token of a vocabulary that has none. */
  static final int NO_UNKNOWN = -1;

  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final BpeRule rule;
  private final int[] byteTokens;
  private final AddedTokens userDefined;
  private final AddedTokens allAdded;
  private final Set<Integer> endTokens;
  private final OptionalInt beginToken;

  /**
   * @param unknown the token for bytes that have none, or {@link #NO_UNKNOWN}
   */
  ByteLevelBpe(
      Vocabulary vocabulary,
      MergeTable merges,
      BpeRule rule,
      int unknown,
      Set<Integer> endTokens,
      OptionalInt beginToken) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.rule = rule;
    this.endTokens = Set.copyOf(endTokens);
    this.beginToken = beginToken;
    byteTokens = vocabulary.byteTokens(unknown);
    userDefined = vocabulary.addedTokens(false);
    allAdded = vocabulary.addedTokens(true);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public int[] encode(String text, boolean special) {
    AddedTokens added = special ? allAdded : userDefined;
    Encoding encoding = new Encoding();
    int from = 0;
    int at = added.isEmpty() ? text.length() : 0;
    while (at < text.length()) {
      int id = added.match(text, at);
      if (id == AddedTokens.NONE) {
        at++;
        continue;
      }
      encoding.add(text, from, at);
      encoding.out.add(id);
      at += vocabulary.token(id).length();
      from = at;
    }
    encoding.add(text, from, text.length());
    return encoding.out.toArray();
  }

  @Override
  public String decode(int... ids) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(ids.length * 5);
    for (int id : ids) {
      text.writeBytes(bytes(id));
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.bytes(checked(id));
  }

  @Override
  public String token(int id) {
    return vocabulary.token(checked(id));
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.special(checked(id));
  }

  @Override
  public Set<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public OptionalInt beginToken() {
    return beginToken;
  }

  private int checked(int id) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "token " + id + " is not in the vocabulary of " + vocabulary.size() + " tokens");
    }
    return id;
  }

  /** One call of encode. */
  private final class Encoding {
    final TokenBuffer out = new TokenBuffer();
    private final PieceMerger merger = new PieceMerger(merges);
    private byte[] utf8 = new byte[64];
    private int[] symbols = new int[64];

    /** Encodes {@code text[from, to)}, in which no added token is written out. */
    void add(String text, int from, int to) {
      if (from == to) {
        return;
      }
      String source = text;
      int start = from;
      int end = to;
      boolean prefix = rule.prefixSpace() && text.charAt(from) != ' ';
      if (prefix || rule.nfc()) {
        source = (prefix ? " " : "") + text.substring(from, to);
        source = rule.nfc() ? Normalizer.normalize(source, Normalizer.Form.NFC) : source;
        start = 0;
        end = source.length();
      }
      while (start < end) {
        int stop = rule.preTokenizer().next(source, start, end);
        addPiece(source, start, stop);
        start = stop;
      }
    }

    private void addPiece(String text, int from, int to) {
      int length = toUtf8(text, from, to);
      if (length == 1 || rule.wholePieces()) {
        int whole = wholePiece(length);
        if (whole != TokenIndex.NONE) {
          out.add(whole);
          return;
        }
      }
      if (symbols.length < length) {
        symbols = new int[utf8.length];
      }
      for (int i = 0; i < length; i++) {
        symbols[i] = byteToken(utf8[i]);
      }
      merger.merge(symbols, length, out);
    }

    private int wholePiece(int length) {
      if (length == 1) {
        return byteToken(utf8[0]);
      }
      int id = vocabulary.index().find(utf8, length);
      return id == TokenIndex.NONE || vocabulary.special(id) ? TokenIndex.NONE : id;
    }

    private int byteToken(byte value) {
      int id = byteTokens[value & 0xff];
      if (id == NO_UNKNOWN) {
        throw new IllegalArgumentException(
            String.format(
                "the text has the byte 0x%02x, for which the vocabulary has no token",
                value & 0xff));
      }
      return id;
    }

    /** Lone surrogates become U+FFFD. */
    private int toUtf8(String text, int from, int to) {
      int most = Math.multiplyExact(3, to - from);
      if (utf8.length < most) {
        utf8 = Arrays.copyOf(utf8, most);
      }
      int n = 0;
      for (int i = from; i < to; i++) {
        int c = text.charAt(i);
        if (c < 0x80) {
          utf8[n++] = (byte) c;
          continue;
        }
        if (c < 0x800) {
          utf8[n++] = (byte) (0xc0 | (c >> 6));
          utf8[n++] = (byte) (0x80 | (c & 0x3f));
          continue;
        }
        if (Character.isSurrogate((char) c)) {
          int whole = i + 1 < to ? text.codePointAt(i) : c;
          if (whole > 0xffff) {
            i++;
            utf8[n++] = (byte) (0xf0 | (whole >> 18));
            utf8[n++] = (byte) (0x80 | ((whole >> 12) & 0x3f));
            utf8[n++] = (byte) (0x80 | ((whole >> 6) & 0x3f));
            utf8[n++] = (byte) (0x80 | (whole & 0x3f));
            continue;
          }
          c = 0xfffd;
        }
        utf8[n++] = (byte) (0xe0 | (c >> 12));
        utf8[n++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        utf8[n++] = (byte) (0x80 | (c & 0x3f));
      }
      return n;
    }
  }
}
