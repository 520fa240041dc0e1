package dev.skipstone.model.tokenizer.pattern;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a regular expression in Oniguruma's syntax, as Hugging Face's tokenizers do. Every method
 * throws an {@link IllegalArgumentException} for what it does not know.
 */
final class PatternParser {
  private static final int LONGEST = 2_000;
  private static final int MOST_REPEATS = 100;
  private static final int MOST_NESTED = 50;
  private static final int LARGEST_FOLDED_RANGE = 128;
  private static final int LONG_S = 0x17f;
  private static final int KELVIN = 0x212a;

  /** Categories by the names of {@code \p{…}}: bits of {@link Character#getType}'s values. */
  private static final Map<String, Integer> CATEGORIES = new HashMap<>();

  static {
    String[] names = {
      "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp",
      "Cc", "Cf", "", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"
    };
    for (int type = 0; type < names.length; type++) {
      if (!names[type].isEmpty()) {
        CATEGORIES.put(names[type], 1 << type);
        CATEGORIES.merge(names[type].substring(0, 1), 1 << type, (a, b) -> a | b);
      }
    }
  }

  private final String source;
  private int at;
  private boolean ignoreCase;
  private int depth;

  private PatternParser(String source) {
    this.source = source;
  }

  static Node parse(String regex) {
    if (regex.length() > LONGEST) {
      throw new IllegalArgumentException("is longer than " + LONGEST + " characters");
    }
    PatternParser parser = new PatternParser(regex);
    Node node = parser.choice();
    if (parser.at < regex.length()) {
      throw new IllegalArgumentException("closes a group that is not open");
    }
    return node;
  }

  private Node choice() {
    if (++depth > MOST_NESTED) {
      throw new IllegalArgumentException("is nested too deeply");
    }
    List<Node> options = new ArrayList<>();
    do {
      options.add(sequence());
    } while (take("|"));
    depth--;
    return options.size() == 1 ? options.getFirst() : new Node.Choice(options);
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      Node part = part();
      while (at < source.length() && "?*+{".indexOf(source.charAt(at)) >= 0) {
        part = repeated(part);
      }
      parts.add(part);
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(parts);
  }

  private Node part() {
    if (take("(")) {
      return group();
    }
    if (take("[")) {
      return new Node.Chars(bracket());
    }
    if (take(".")) {
      return new Node.Chars(CharSet.of('\n', '\n').negate());
    }
    int c = source.codePointAt(at);
    if ("^$*+?{".indexOf(c) >= 0) {
      throw new IllegalArgumentException(
          "uses " + Character.toString(c) + " in a way that is not supported");
    }
    return new Node.Chars(single());
  }

  private Node group() {
    if (!take("?")) {
      return closed(choice());
    }
    if (take("!")) {
      return look(true);
    }
    if (take("=")) {
      return look(false);
    }
    if (take(":")) {
      return closed(choice());
    }
    boolean before = ignoreCase;
    if (take("i:")) {
      ignoreCase = true;
      Node inner = closed(choice());
      ignoreCase = before;
      return inner;
    }
    if (take("i)")) {
      ignoreCase = true;
      Node rest = choice();
      ignoreCase = before;
      return rest;
    }
    throw new IllegalArgumentException("uses a kind of group that is not supported");
  }

  private Node look(boolean negative) {
    Node inner = closed(choice());
    if (inner instanceof Node.Chars(CharSet set)) {
      return new Node.Look(set, negative);
    }
    throw new IllegalArgumentException("looks ahead at more than one character");
  }

  private Node closed(Node inner) {
    if (!take(")")) {
      throw new IllegalArgumentException("opens a group and does not close it");
    }
    return inner;
  }

  /** The part with the repetition that stands behind it. */
  private Node repeated(Node part) {
    int least;
    int most;
    boolean braces = false;
    if (take("?")) {
      least = 0;
      most = 1;
    } else if (take("*")) {
      least = 0;
      most = Node.Repeat.NO_LIMIT;
    } else if (take("+")) {
      least = 1;
      most = Node.Repeat.NO_LIMIT;
    } else {
      at++;
      braces = true;
      least = number();
      most = take(",") ? (peek() == '}' ? Node.Repeat.NO_LIMIT : number()) : least;
      if (!take("}") || (most != Node.Repeat.NO_LIMIT && most < least)) {
        throw new IllegalArgumentException("repeats in a way that is not supported");
      }
    }
    if (take("?")) {
      throw new IllegalArgumentException("repeats as little as possible, which is not supported");
    }
    // Behind braces a plus is a repetition of its own.
    boolean possessive = !braces && take("+");
    return new Node.Repeat(part, least, most, possessive);
  }

  private int number() {
    int start = at;
    while (Character.isDigit(peek()) && at - start < 4) {
      at++;
    }
    int value = at == start ? MOST_REPEATS + 1 : Integer.parseInt(source, start, at, 10);
    if (value > MOST_REPEATS) {
      throw new IllegalArgumentException("repeats in a way that is not supported");
    }
    return value;
  }

  private CharSet bracket() {
    boolean negated = take("^");
    List<CharSet> parts = new ArrayList<>();
    while (!take("]")) {
      if (at >= source.length()) {
        throw new IllegalArgumentException("opens a [ and does not close it");
      }
      if (peek() == '[' || source.startsWith("&&", at)) {
        throw new IllegalArgumentException("has sets within a set, which is not supported");
      }
      CharSet first = single();
      if (peek() == '-' && !source.startsWith("-]", at)) {
        at++;
        parts.add(range(first, single()));
      } else {
        parts.add(first);
      }
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("has an empty set");
    }
    return CharSet.union(parts, negated);
  }

  private CharSet range(CharSet first, CharSet last) {
    int from = only(first);
    int to = only(last);
    if (from > to || (ignoreCase && to - from > LARGEST_FOLDED_RANGE)) {
      throw new IllegalArgumentException("has a range that is not supported");
    }
    if (!ignoreCase) {
      return CharSet.of(from, to);
    }
    List<CharSet> parts = new ArrayList<>();
    for (int c = from; c <= to; c++) {
      parts.add(character(c));
    }
    return CharSet.union(parts, false);
  }

  /** The character that a set was written as, whatever its other cases. */
  private static int only(CharSet set) {
    CharSet first = set.parts().isEmpty() ? set : set.parts().getFirst();
    if (first.negated() || first.ranges().size() != 2) {
      throw new IllegalArgumentException("has a range between sets");
    }
    return first.ranges().getFirst();
  }

  /** A character or an escape. */
  private CharSet single() {
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return c == '\\' ? escape() : character(c);
  }

  private CharSet escape() {
    if (at >= source.length()) {
      throw new IllegalArgumentException("ends with a \\");
    }
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return switch (c) {
      case 'r' -> character('\r');
      case 'n' -> character('\n');
      case 't' -> character('\t');
      case 'f' -> character('\f');
      case 'v' -> character(0x0b);
      case 's' -> CharSet.SPACE;
      case 'S' -> CharSet.SPACE.negate();
      case 'd' -> CharSet.ofCategories(CATEGORIES.get("Nd"));
      case 'D' -> CharSet.ofCategories(CATEGORIES.get("Nd")).negate();
      case 'p' -> category();
      case 'P' -> category().negate();
      case 'u' -> character(hexadecimal(4));
      case 'x' -> character(hexadecimal(2));
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw new IllegalArgumentException("uses \\" + Character.toString(c));
        }
        yield character(c);
      }
    };
  }

  private CharSet category() {
    int end = source.indexOf('}', at);
    if (peek() != '{' || end < 0) {
      throw new IllegalArgumentException("has a \\p without a category");
    }
    String name = source.substring(at + 1, end);
    at = end + 1;
    boolean negated = name.startsWith("^");
    Integer categories = CATEGORIES.get(negated ? name.substring(1) : name);
    if (categories == null) {
      throw new IllegalArgumentException("uses \\p{" + name + "}");
    }
    CharSet set = CharSet.ofCategories(categories);
    return negated ? set.negate() : set;
  }

  private int hexadecimal(int digits) {
    if (at + digits > source.length()) {
      throw new IllegalArgumentException("ends within a \\u or \\x");
    }
    at += digits;
    return Integer.parseInt(source, at - digits, at, 16);
  }

  private CharSet character(int c) {
    if (!ignoreCase || !Character.isLetter(c)) {
      return CharSet.of(c, c);
    }
    int lower = Character.toLowerCase(c);
    int upper = Character.toUpperCase(c);
    List<CharSet> cases = new ArrayList<>();
    cases.add(CharSet.of(c, c));
    cases.add(CharSet.of(lower, lower));
    cases.add(CharSet.of(upper, upper));
    if (lower == 's') {
      cases.add(CharSet.of(LONG_S, LONG_S));
    } else if (lower == 'k') {
      cases.add(CharSet.of(KELVIN, KELVIN));
    }
    return CharSet.union(cases, false);
  }

  private char peek() {
    return at < source.length() ? source.charAt(at) : '\0';
  }

  private boolean take(String text) {
    boolean there = source.startsWith(text, at);
    at += there ? text.length() : 0;
    return there;
  }
}
