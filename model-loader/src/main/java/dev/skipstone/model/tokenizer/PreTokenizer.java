package dev.skipstone.model.tokenizer;

import java.util.Optional;

/**
 * How a text is cut into the pieces that are then merged on their own. A rule is defined by a
 * regular expression, but scanned by hand: in one pass, without recursion, whatever the text.
 */
enum PreTokenizer {
  GPT2(
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      Words.GPT2,
      Numbers.RUN),
  /** Every digit is cut out first, and what lies between is scanned as in {@link #GPT2}. */
  SMOLLM(null, Words.GPT2, Numbers.CUT_OUT),
  LLAMA3(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      Words.LLAMA3,
      Numbers.THREE),
  QWEN2(
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      Words.LLAMA3,
      Numbers.ONE);

  /** What may come before a word, how contractions are read, where line ends go. */
  private enum Words {
    GPT2,
    LLAMA3
  }

  private enum Numbers {
    /** Any number of digits, with a space before them. */
    RUN,
    /** One digit, and nothing looks across it. */
    CUT_OUT,
    ONE,
    THREE
  }

  private static final byte LETTER = 0;
  private static final byte NUMBER = 1;
  private static final byte SPACE = 2;
  private static final byte OTHER = 3;
  private static final byte END = 4;

  private static final byte[] ASCII = new byte[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = c == ' ' || (c >= '\t' && c <= '\r') ? SPACE : byType(c);
    }
  }

  private static final char LONG_S = '\u017f';
  private static final int NEXT_LINE = 0x85;

  private final String regex;
  private final Words words;
  private final Numbers numbers;

  PreTokenizer(String regex, Words words, Numbers numbers) {
    this.regex = regex;
    this.words = words;
    this.numbers = numbers;
  }

  /** The rule that a regular expression written in a tokenizer file stands for. */
  static Optional<PreTokenizer> byRegex(String regex) {
    for (PreTokenizer rule : values()) {
      if (regex.equals(rule.regex)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /**
   * @param text all of the text; what lies beyond {@code end} is not looked at
   * @param from where a piece starts, less than {@code end}
   * @return where the piece ends
   */
  int next(String text, int from, int end) {
    int c = codePoint(text, from, end);
    if (c == '\'') {
      int length = contraction(text, from + 1, end);
      if (length > 0) {
        return from + 1 + length;
      }
    }
    byte kind = kind(c);
    int after = from + Character.charCount(c);
    if (kind == LETTER) {
      return run(LETTER, text, after, end);
    }
    byte nextKind = kindAt(text, after, end);
    if (nextKind == LETTER && startsWord(c, kind)) {
      return run(LETTER, text, after, end);
    }
    if (kind == NUMBER) {
      return digits(text, after, end);
    }
    if (kind == OTHER || (c == ' ' && nextKind == OTHER)) {
      int stop = run(OTHER, text, after, end);
      return words == Words.LLAMA3 ? lineEnds(text, stop, end) : stop;
    }
    if (c == ' ' && nextKind == NUMBER && numbers == Numbers.RUN) {
      return run(NUMBER, text, after, end);
    }
    return spaces(text, from, after, end);
  }

  /** Whether a character that is not a letter belongs to the word that follows it. */
  private boolean startsWord(int c, byte kind) {
    return words == Words.GPT2 ? c == ' ' : kind != NUMBER && c != '\r' && c != '\n';
  }

  private int digits(String text, int after, int end) {
    int stop = after;
    switch (numbers) {
      case RUN -> stop = run(NUMBER, text, after, end);
      case THREE -> {
        for (int i = 1; i < 3 && kindAt(text, stop, end) == NUMBER; i++) {
          stop += Character.charCount(codePoint(text, stop, end));
        }
      }
      case ONE, CUT_OUT -> {}
    }
    return stop;
  }

  /** White space: up to its last line end, or all but the last one where something follows. */
  private int spaces(String text, int from, int after, int end) {
    int stop = run(SPACE, text, after, end);
    if (words == Words.LLAMA3) {
      for (int i = stop; i > from; i--) {
        if (lineEnd(text.charAt(i - 1))) {
          return i;
        }
      }
    }
    byte following = kindAt(text, stop, end);
    boolean atEnd = following == END || (following == NUMBER && numbers == Numbers.CUT_OUT);
    return atEnd || stop - from == 1 ? stop : stop - 1;
  }

  /** Length of s, t, re, ve, m, ll or d, or 0. */
  private int contraction(String text, int at, int end) {
    if (at >= end) {
      return 0;
    }
    char first = fold(text.charAt(at));
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return 1;
    }
    if (at + 1 >= end) {
      return 0;
    }
    char second = fold(text.charAt(at + 1));
    boolean two =
        (first == 'r' && second == 'e')
            || (first == 'v' && second == 'e')
            || (first == 'l' && second == 'l');
    return two ? 2 : 0;
  }

  private char fold(char c) {
    if (words == Words.GPT2) {
      return c;
    }
    if (c == LONG_S) {
      return 's';
    }
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }

  private static int lineEnds(String text, int from, int end) {
    int i = from;
    while (i < end && lineEnd(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean lineEnd(char c) {
    return c == '\r' || c == '\n';
  }

  private static int run(byte kind, String text, int from, int end) {
    int i = from;
    while (i < end) {
      int c = codePoint(text, i, end);
      if (kind(c) != kind) {
        break;
      }
      i += Character.charCount(c);
    }
    return i;
  }

  private static byte kindAt(String text, int at, int end) {
    return at < end ? kind(codePoint(text, at, end)) : END;
  }

  private static int codePoint(String text, int at, int end) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c) && at + 1 < end ? text.codePointAt(at) : c;
  }

  private static byte kind(int c) {
    if (c < ASCII.length) {
      return ASCII[c];
    }
    return c == NEXT_LINE || Character.isSpaceChar(c) ? SPACE : byType(c);
  }

  private static byte byType(int c) {
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> OTHER;
    };
  }
}
