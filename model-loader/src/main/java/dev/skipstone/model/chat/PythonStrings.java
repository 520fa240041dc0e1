package dev.skipstone.model.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The methods of Python's strings that chat templates use. */
final class PythonStrings {
  private PythonStrings() {}

  /**
   * @throws TemplateFailure if there is no such method, or not for these arguments
   */
  static Object call(String text, String method, Object[] arguments) {
    if (arguments.length == 0) {
      return call(text, method);
    }
    if (arguments[0] instanceof String first) {
      if (arguments.length == 1) {
        return call(text, method, first);
      }
      if (arguments.length == 2 && method.equals("replace") && arguments[1] instanceof String b) {
        return text.replace(first, b);
      }
      if (arguments.length == 2 && method.equals("split") && arguments[1] instanceof Number most) {
        return split(text, first, most.intValue());
      }
    }
    throw unsupported(method);
  }

  private static Object call(String text, String method) {
    return switch (method) {
      case "strip" -> strip(text, null, true, true);
      case "lstrip" -> strip(text, null, true, false);
      case "rstrip" -> strip(text, null, false, true);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" ->
          text.isEmpty()
              ? text
              : text.substring(0, 1).toUpperCase(Locale.ROOT)
                  + text.substring(1).toLowerCase(Locale.ROOT);
      case "split" -> words(text);
      case "splitlines" -> text.lines().toList();
      default -> throw unsupported(method);
    };
  }

  private static Object call(String text, String method, String argument) {
    return switch (method) {
      case "strip" -> strip(text, argument, true, true);
      case "lstrip" -> strip(text, argument, true, false);
      case "rstrip" -> strip(text, argument, false, true);
      case "startswith" -> text.startsWith(argument);
      case "endswith" -> text.endsWith(argument);
      case "find" -> (long) text.indexOf(argument);
      case "count" -> count(text, argument);
      case "split" -> split(text, argument, -1);
      default -> throw unsupported(method);
    };
  }

  /**
   * @param chars the characters to take off, null for white space
   */
  private static String strip(String text, String chars, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && goes(text.charAt(from), chars)) {
      from++;
    }
    while (right && from < to && goes(text.charAt(to - 1), chars)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean goes(char c, String chars) {
    return chars == null ? space(c) : chars.indexOf(c) >= 0;
  }

  /** White space as Python's {@code str.isspace} has it. */
  static boolean space(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || space(text.charAt(i))) {
        if (start >= 0) {
          words.add(text.substring(start, i));
        }
        start = -1;
      } else if (start < 0) {
        start = i;
      }
    }
    return words;
  }

  private static List<String> split(String text, String separator, int most) {
    if (separator.isEmpty()) {
      throw new TemplateFailure("splits by an empty string");
    }
    List<String> parts = new ArrayList<>();
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

  private static long count(String text, String part) {
    return part.isEmpty()
        ? text.codePointCount(0, text.length()) + 1L
        : split(text, part, -1).size() - 1L;
  }

  private static TemplateFailure unsupported(String method) {
    return new TemplateFailure("calls " + method + "() of a string in a way that is not supported");
  }
}
