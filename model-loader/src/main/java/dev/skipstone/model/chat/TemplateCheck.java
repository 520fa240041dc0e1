package dev.skipstone.model.chat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses what the library does not know or does otherwise than Jinja, where it would not say so
 * but write something else.
 */
final class TemplateCheck {
  static final Set<String> TAGS =
      Set.of(
          "if",
          "elif",
          "else",
          "endif",
          "for",
          "endfor",
          "set",
          "endset",
          "macro",
          "endmacro",
          "break",
          "continue");
  static final Set<String> FILTERS =
      Set.of(
          "capitalize",
          "count",
          "d",
          "default",
          "first",
          "int",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "replace",
          "reverse",
          "string",
          "trim",
          "upper");
  private static final Set<String> TESTS =
      Set.of(
          "defined",
          "undefined",
          "none",
          "string",
          "number",
          "mapping",
          "iterable",
          "sequence",
          "odd",
          "even",
          "true",
          "false",
          "boolean",
          "in",
          "eq",
          "equalto");

  private static final Set<String> FUNCTIONS =
      Set.of("namespace", "raise_exception", "range", "strftime_now");

  /** Words that may stand before a bracket without being called. */
  private static final Set<String> OPERATORS =
      Set.of("and", "elif", "else", "if", "in", "is", "not", "or");

  private TemplateCheck() {}

  /**
   * @throws TemplateFailure if a part is not supported
   */
  static void check(List<TemplateSource.Part> parts) {
    List<String> open = new ArrayList<>();
    Set<String> callable = new HashSet<>(FUNCTIONS);
    for (TemplateSource.Part part : parts) {
      List<String> words =
          part.kind() == TemplateSource.Kind.BLOCK ? words(part.text()) : List.of();
      if (words.size() > 1 && words.getFirst().equals("macro")) {
        callable.add(words.get(1));
      }
    }
    for (TemplateSource.Part part : parts) {
      if (part.kind() == TemplateSource.Kind.TEXT) {
        continue;
      }
      List<String> words = words(part.text());
      names(part, words);
      calls(part, words, callable);
      if (part.kind() == TemplateSource.Kind.BLOCK) {
        block(part, words, open);
      } else if (words.contains("and") && !words.contains("if")) {
        throw unsupported(part, "writes out what \"and\" gives");
      }
    }
  }

  private static void names(TemplateSource.Part part, List<String> words) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("|") && !FILTERS.contains(words.get(i + 1))) {
        throw unknown(part, "filter", words.get(i + 1), FILTERS);
      }
      if (words.get(i).equals("is")) {
        boolean not = words.get(i + 1).equals("not") && i + 2 < words.size();
        String test = words.get(not ? i + 2 : i + 1);
        if (!TESTS.contains(test)) {
          throw unknown(part, "test", test, TESTS);
        }
      }
    }
  }

  private static void calls(TemplateSource.Part part, List<String> words, Set<String> callable) {
    for (int i = 0; i + 1 < words.size(); i++) {
      String name = words.get(i);
      boolean called =
          words.get(i + 1).equals("(")
              && Character.isJavaIdentifierStart(name.charAt(0))
              && (i == 0 || !".|".contains(words.get(i - 1)))
              && !OPERATORS.contains(name);
      if (called && !callable.contains(name) && !isTest(words, i)) {
        throw unknown(part, "function", name, FUNCTIONS);
      }
    }
  }

  /** Whether a word is the test in {@code is test} or {@code is not test}. */
  private static boolean isTest(List<String> words, int at) {
    return at > 0
        && (words.get(at - 1).equals("is")
            || (at > 1 && words.get(at - 1).equals("not") && words.get(at - 2).equals("is")));
  }

  private static void block(TemplateSource.Part part, List<String> words, List<String> open) {
    String tag = words.isEmpty() ? "" : words.getFirst();
    if (!TAGS.contains(tag)) {
      throw unknown(part, "tag", tag, TAGS);
    }
    switch (tag) {
      case "for" -> {
        if (words.contains("if")) {
          throw unsupported(part, "has a loop with a condition");
        }
        open.add(tag);
      }
      case "if", "macro" -> open.add(tag);
      case "else" -> {
        if (!open.isEmpty() && open.getLast().equals("for")) {
          throw unsupported(part, "has a loop with an else");
        }
      }
      case "endfor", "endif", "endmacro" -> {
        if (open.isEmpty() || !open.removeLast().equals(tag.substring(3))) {
          throw new TemplateFailure(
              "line " + part.line() + " has " + tag + " where something else is open");
        }
      }
      default -> {}
    }
  }

  /** Names, and single other characters; strings are one quote. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int end = i + 1;
      if (c == '\'' || c == '"') {
        end = Math.min(text.length(), TemplateSource.stringEnd(text, i) + 1);
        words.add("'");
      } else if (Character.isJavaIdentifierStart(c)) {
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
          end++;
        }
        words.add(text.substring(i, end));
      } else if (!Character.isWhitespace(c)) {
        words.add(String.valueOf(c));
      }
      i = end;
    }
    return words;
  }

  private static TemplateFailure unsupported(TemplateSource.Part part, String what) {
    return new TemplateFailure("line " + part.line() + " " + what + ", which is not supported");
  }

  private static TemplateFailure unknown(
      TemplateSource.Part part, String kind, String name, Set<String> supported) {
    return new TemplateFailure(
        String.format(
            "line %d uses the %s \"%s\", which is not supported; supported: %s",
            part.line(), kind, name, String.join(", ", new TreeSet<>(supported))));
  }
}
