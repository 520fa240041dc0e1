package dev.skipstone.model.tokenizer.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A compiled regular expression. It finds what a backtracking matcher finds (the first alternative
 * that leads to a match, repeated as often as possible), without going back in the text. Immutable.
 */
public final class TextPattern {
  /** What {@link #match} returns where there is none. */
  public static final int NONE = -1;

  private static final int DEAD = 0;
  private static final int START = 1;

  private final CharClasses classes;

  /** For each state and class: the next state, times two, plus one where a match ends before. */
  private final int[] table;

  private final int width;

  TextPattern(CharClasses classes, int[] table) {
    this.classes = classes;
    this.table = table;
    width = classes.size() + 1;
  }

  /**
   * Compiles an expression of characters, sets ({@code [^\s\p{L}]}), {@code |}, groups, {@code ?},
   * {@code *}, {@code +}, {@code {m,n}}, {@code (?i:…)}, and looks at one character ahead ({@code
   * (?!\S)}).
   *
   * @throws IllegalArgumentException if it is wrong or uses what is not supported; the message goes
   *     on from "the expression"
   */
  public static TextPattern compile(String regex) {
    return Automaton.compile(PatternParser.parse(regex));
  }

  /** A pattern that matches a text as it is. */
  public static TextPattern literal(String text) {
    List<Node> parts = new ArrayList<>();
    text.codePoints().forEach(c -> parts.add(new Node.Chars(CharSet.of(c, c))));
    return Automaton.compile(new Node.Sequence(parts));
  }

  /** Whether the other is the same automaton, as one of the same expression is. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TextPattern pattern
        && Arrays.equals(table, pattern.table)
        && classes.equals(pattern.classes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(table);
  }

  /**
   * Matches at one place.
   *
   * @param text all of the text; what lies beyond {@code end} is not looked at
   * @return where the match ends, or {@link #NONE}
   */
  public int match(String text, int from, int end) {
    int last = NONE;
    int state = START;
    int at = from;
    while (true) {
      int size = 1;
      int charClass = width - 1;
      if (at < end) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c) && at + 1 < end) {
          int whole = text.codePointAt(at);
          size = Character.charCount(whole);
          charClass = classes.of(whole);
        } else {
          charClass = classes.of(c);
        }
      }
      int entry = table[state * width + charClass];
      if ((entry & 1) != 0) {
        last = at;
      }
      state = entry >> 1;
      if (state == DEAD) {
        return last;
      }
      at += size;
    }
  }
}
