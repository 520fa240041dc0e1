package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/** Strings as Python has them: sequences of code points, and the methods that templates use. */
final class PythonStrings {
  static final Set<String> METHODS =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "upper",
          "lower",
          "capitalize",
          "title",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "find",
          "rfind",
          "index",
          "count",
          "replace",
          "join",
          "isdigit",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower",
          "removeprefix",
          "removesuffix",
          "partition",
          "rpartition",
          "zfill",
          "ljust",
          "rjust",
          "format");

  private static final long ALL = -1;
  private static final int WIDEST = 10_000;

  private PythonStrings() {}

  /**
   * Calls a method.
   *
   * @throws TemplateFailure if there is no such method, or not for these arguments
   */
  static Object call(String text, String method, CallArguments arguments) {
    return switch (method) {
      case "strip", "lstrip", "rstrip" -> {
        String chars = arguments.limit(method, 1, "chars").text(0, "chars", null);
        yield strip(text, chars, !method.equals("rstrip"), !method.equals("lstrip"));
      }
      case "upper", "lower", "capitalize", "title" -> {
        arguments.limit(method, 0);
        yield cased(text, method);
      }
      case "split", "rsplit" -> {
        arguments.limit(method, 2, "sep", "maxsplit");
        String separator = arguments.text(0, "sep", null);
        yield split(text, separator, arguments.number(1, "maxsplit", ALL), method.equals("split"));
      }
      case "splitlines" -> lines(text, arguments.limit(method, 1, "keepends"));
      case "startswith", "endswith" -> affix(text, method, arguments.limit(method, 1));
      case "find", "rfind", "index" -> find(text, method, arguments.limit(method, 1));
      case "count" -> count(text, arguments.limit(method, 1).text(0, "sub", ""));
      case "replace" -> {
        arguments.limit(method, 3, "count");
        yield replace(
            text,
            arguments.text(0, "old", ""),
            arguments.text(1, "new", ""),
            arguments.number(2, "count", ALL));
      }
      case "join" -> join(text, arguments.limit(method, 1).get(0, "iterable", List.of()));
      case "removeprefix", "removesuffix" -> {
        String part = arguments.limit(method, 1).text(0, "affix", "");
        boolean prefix = method.equals("removeprefix");
        yield prefix
            ? (text.startsWith(part) ? text.substring(part.length()) : text)
            : (text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text);
      }
      case "partition", "rpartition" -> partition(text, method, arguments.limit(method, 1));
      case "zfill", "ljust", "rjust" -> filled(text, method, arguments.limit(method, 2));
      case "format" -> PythonFormat.braces(text, arguments);
      case "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower" -> {
        arguments.limit(method, 0);
        yield is(text, method);
      }
      default -> throw new TemplateFailure("calls " + method + "() of a string");
    };
  }

  private static String cased(String text, String method) {
    return switch (method) {
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalize(text);
      default -> title(text);
    };
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return titleCase(text.codePointAt(0)) + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder result = new StringBuilder(text.length());
    boolean inWord = false;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int c = text.codePointAt(at);
      String one = Character.toString(c);
      result.append(inWord ? one.toLowerCase(Locale.ROOT) : titleCase(c));
      inWord = Character.isLetter(c);
    }
    return result.toString();
  }

  private static String titleCase(int c) {
    int title = Character.toTitleCase(c);
    return title != c ? Character.toString(title) : Character.toString(c).toUpperCase(Locale.ROOT);
  }

  /**
   * The text without some characters at its ends.
   *
   * @param chars the characters to take off, null for white space
   */
  static String strip(String text, String chars, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && goes(text.codePointAt(from), chars)) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && from < to && goes(text.codePointBefore(to), chars)) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  private static boolean goes(int c, String chars) {
    return chars == null ? space(c) : chars.indexOf(c) >= 0;
  }

  /** White space as Python's {@code str.isspace} has it. */
  static boolean space(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static List<String> split(String text, String separator, long most, boolean fromLeft) {
    if (separator == null) {
      return words(text, most, fromLeft);
    }
    if (separator.isEmpty()) {
      throw new TemplateFailure("splits by an empty string");
    }
    List<String> parts = new ArrayList<>();
    if (fromLeft) {
      int from = 0;
      for (int at = text.indexOf(separator);
          at >= 0 && (most < 0 || parts.size() < most);
          at = text.indexOf(separator, from)) {
        parts.add(text.substring(from, at));
        from = at + separator.length();
      }
      parts.add(text.substring(from));
      return parts;
    }
    int to = text.length();
    for (int at = text.lastIndexOf(separator);
        at >= 0 && (most < 0 || parts.size() < most);
        at = to < separator.length() ? -1 : text.lastIndexOf(separator, to - separator.length())) {
      parts.add(text.substring(at + separator.length(), to));
      to = at;
    }
    parts.add(text.substring(0, to));
    Collections.reverse(parts);
    return parts;
  }

  private static List<String> words(String text, long most, boolean fromLeft) {
    if (most >= 0 && !fromLeft) {
      throw new TemplateFailure("splits off words from the right, which is not supported");
    }
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < text.length() && space(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        return words;
      }
      if (most >= 0 && words.size() == most) {
        words.add(strip(text.substring(at), null, false, true));
        return words;
      }
      int start = at;
      while (at < text.length() && !space(text.charAt(at))) {
        at++;
      }
      words.add(text.substring(start, at));
    }
  }

  private static List<String> lines(String text, CallArguments arguments) {
    if (arguments.flag(0, "keepends", false)) {
      throw new TemplateFailure("calls splitlines() in a way that is not supported");
    }
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
        lines.add(text.substring(from, i));
        i += text.startsWith("\r\n", i) ? 1 : 0;
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(text.substring(from));
    }
    return lines;
  }

  private static boolean affix(String text, String method, CallArguments arguments) {
    Object wanted = arguments.get(0, "prefix", null);
    for (Object part : wanted instanceof Tuple tuple ? tuple : Collections.singletonList(wanted)) {
      if (!(part instanceof String affix)) {
        throw new TemplateFailure("calls " + method + "() with something else than a string");
      }
      if (method.equals("startswith") ? text.startsWith(affix) : text.endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  private static long find(String text, String method, CallArguments arguments) {
    String part = arguments.text(0, "sub", "");
    int at = method.equals("rfind") ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0 && method.equals("index")) {
      throw new TemplateFailure("asks for the place of a text that is not there");
    }
    return at < 0 ? at : text.codePointCount(0, at);
  }

  private static long count(String text, String part) {
    return part.isEmpty()
        ? text.codePointCount(0, text.length()) + 1L
        : split(text, part, ALL, true).size() - 1L;
  }

  static String replace(String text, String old, String by, long most) {
    if (old.isEmpty()) {
      throw new TemplateFailure("replaces an empty string");
    }
    StringBuilder result = new StringBuilder();
    int from = 0;
    long count = 0;
    for (int at = text.indexOf(old); at >= 0 && count != most; at = text.indexOf(old, from)) {
      result.append(text, from, at).append(by);
      from = at + old.length();
      count++;
      if (result.length() > Budget.LONGEST_TEXT) {
        throw new TemplateFailure("makes a text that is too long");
      }
    }
    return count == 0 ? text : result.append(text, from, text.length()).toString();
  }

  static String join(String separator, Object items) {
    StringBuilder result = new StringBuilder();
    String before = "";
    for (Object item : PythonValues.iterate(items)) {
      if (!(item instanceof String part)) {
        throw new TemplateFailure("joins " + PythonValues.typeName(item) + " to a string");
      }
      result.append(before).append(part);
      before = separator;
      if (result.length() > Budget.LONGEST_TEXT) {
        throw new TemplateFailure("makes a text that is too long");
      }
    }
    return result.toString();
  }

  private static Tuple partition(String text, String method, CallArguments arguments) {
    String separator = arguments.text(0, "sep", "");
    if (separator.isEmpty()) {
      throw new TemplateFailure("splits by an empty string");
    }
    boolean first = method.equals("partition");
    int at = first ? text.indexOf(separator) : text.lastIndexOf(separator);
    if (at < 0) {
      return new Tuple(first ? List.of(text, "", "") : List.of("", "", text));
    }
    return new Tuple(
        List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
  }

  private static String filled(String text, String method, CallArguments arguments) {
    long width = Math.min(arguments.number(0, "width", 0), WIDEST);
    String fill = method.equals("zfill") ? "0" : arguments.text(1, "fillchar", " ");
    String filling = fill.repeat((int) Math.max(0, width - PythonValues.length(text)));
    if (method.equals("ljust")) {
      return text + filling;
    }
    boolean signed = method.equals("zfill") && (text.startsWith("-") || text.startsWith("+"));
    return signed ? text.charAt(0) + filling + text.substring(1) : filling + text;
  }

  private static boolean is(String text, String method) {
    return switch (method) {
      case "isdigit" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonStrings::space);
      case "isupper" -> hasCase(text, Character::isLowerCase);
      default -> hasCase(text, Character::isUpperCase);
    };
  }

  private static boolean all(String text, IntPredicate predicate) {
    return !text.isEmpty() && text.codePoints().allMatch(predicate);
  }

  private static boolean hasCase(String text, IntPredicate other) {
    return text.codePoints().noneMatch(other)
        && text.codePoints().anyMatch(c -> Character.isLowerCase(c) || Character.isUpperCase(c));
  }

  /** The single characters. */
  static List<String> characters(String text) {
    if (text.length() > Budget.MOST_ITEMS) {
      throw new TemplateFailure("goes through a text that is too long");
    }
    List<String> characters = new ArrayList<>(text.length());
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  /** Order by code points. */
  static int compare(String left, String right) {
    for (int i = 0; i < Math.min(left.length(), right.length()); i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean mixed = Character.isSurrogate(a) != Character.isSurrogate(b);
        return mixed ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
