package dev.skipstone.model.tokenizer;

import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/** One step of changing a text before it is cut into pieces. */
sealed interface TextStep {
  /** SentencePiece's sign for a space, U+2581. */
  String SPACE_SIGN = "\u2581";

  /**
   * The text after this step.
   *
   * @param text not empty
   * @param first whether it is the start of the whole text
   */
  String apply(String text, boolean first);

  /** The text after all steps; nothing is done to one that became empty. */
  static String applyAll(List<TextStep> steps, String text, boolean first) {
    String result = text;
    for (TextStep step : steps) {
      if (!result.isEmpty()) {
        result = step.apply(result, first);
      }
    }
    return result;
  }

  /** One of Unicode's normalization forms. */
  record Form(Normalizer.Form form) implements TextStep {
    /** Below are only characters that compose with nothing before them. */
    private static final char FIRST_COMBINING = 0x300;

    @Override
    public String apply(String text, boolean first) {
      char lowest = form == Normalizer.Form.NFC ? FIRST_COMBINING : 0x80;
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) >= lowest) {
          return Normalizer.normalize(text, form);
        }
      }
      return text;
    }
  }

  /** A text before each part. */
  record Prepend(String prefix) implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      return prefix + text;
    }
  }

  /** A text for another. */
  record Replace(String old, String by) implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      return text.replace(old, by);
    }
  }

  /** A text for each match. */
  record ReplaceMatches(TextPattern pattern, String by) implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      StringBuilder result = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        int stop = pattern.match(text, at, text.length());
        if (stop > at) {
          result.append(by);
          at = stop;
        } else {
          result.append(text.charAt(at++));
        }
      }
      return result.toString();
    }
  }

  /** Lower case. */
  record Lowercase() implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      return text.toLowerCase(Locale.ROOT);
    }
  }

  /** No white space at the ends. */
  record Strip(boolean left, boolean right) implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      int from = 0;
      int to = text.length();
      while (left && from < to && Whitespace.is(text.charAt(from))) {
        from++;
      }
      while (right && from < to && Whitespace.is(text.charAt(to - 1))) {
        to--;
      }
      return text.substring(from, to);
    }
  }

  /** A space before text that does not start with one. */
  record PrefixSpace() implements TextStep {
    @Override
    public String apply(String text, boolean first) {
      return text.charAt(0) == ' ' ? text : " " + text;
    }
  }

  /** A sign for spaces, and one before text that does not start with it. */
  record Metaspace(String sign, Where where) implements TextStep {
    /** Before which texts the sign is put. */
    enum Where {
      ALWAYS,
      FIRST,
      NEVER
    }

    @Override
    public String apply(String text, boolean first) {
      String signed = text.replace(" ", sign);
      boolean wanted = where == Where.ALWAYS || (where == Where.FIRST && first);
      return wanted && !signed.startsWith(sign) ? sign + signed : signed;
    }
  }
}
