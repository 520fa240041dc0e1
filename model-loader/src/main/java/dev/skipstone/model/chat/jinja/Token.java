package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of an expression.
 *
 * @param value the name or operator, or the value of a string or number
 */
record Token(Kind kind, Object value) {
  enum Kind {
    NAME,
    STRING,
    NUMBER,
    OPERATOR,
    END
  }

  /** More than any sensible expression has, and few enough to go down into it recursively. */
  private static final int MOST = 2_000;

  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", ".", ",",
          ":", "|", "(", ")", "[", "]", "{", "}");

  boolean is(Kind wanted, String text) {
    return kind == wanted && value.equals(text);
  }

  /** How the token is named in messages. */
  @Override
  public String toString() {
    return kind == Kind.END ? "the end" : kind == Kind.STRING ? "a string" : "\"" + value + "\"";
  }

  /**
   * All tokens of an expression or block, and {@link Kind#END}.
   *
   * @throws TemplateFailure if there is something else
   */
  static List<Token> read(String text) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int end;
      if (PythonStrings.space(c)) {
        end = at + 1;
      } else if (c == '\'' || c == '"') {
        end = TemplateSource.stringEnd(text, at) + 1;
        if (end > text.length()) {
          throw new TemplateFailure("has a string that does not end");
        }
        tokens.add(new Token(Kind.STRING, unescaped(text.substring(at + 1, end - 1))));
      } else if (Character.isDigit(c)) {
        end = numberEnd(text, at);
        tokens.add(new Token(Kind.NUMBER, number(text.substring(at, end))));
      } else if (Character.isJavaIdentifierStart(c) && c != '$') {
        end = at + 1;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
          end++;
        }
        tokens.add(new Token(Kind.NAME, text.substring(at, end)));
      } else {
        int start = at;
        String operator =
            OPERATORS.stream()
                .filter(candidate -> text.startsWith(candidate, start))
                .findFirst()
                .orElseThrow(() -> new TemplateFailure("has an unexpected \"" + c + "\""));
        end = at + operator.length();
        tokens.add(new Token(Kind.OPERATOR, operator));
      }
      at = end;
      if (tokens.size() > MOST) {
        throw new TemplateFailure("has an expression of more than " + MOST + " words");
      }
    }
    tokens.add(new Token(Kind.END, ""));
    return tokens;
  }

  private static int numberEnd(String text, int at) {
    int end = at;
    while (end < text.length() && digit(text.charAt(end))) {
      end++;
    }
    if (end + 1 < text.length() && text.charAt(end) == '.' && digit(text.charAt(end + 1))) {
      end++;
      while (end < text.length() && digit(text.charAt(end))) {
        end++;
      }
    }
    if (end + 1 < text.length() && (text.charAt(end) | 0x20) == 'e') {
      int exponent = end + (text.charAt(end + 1) == '-' || text.charAt(end + 1) == '+' ? 2 : 1);
      while (exponent < text.length() && Character.isDigit(text.charAt(exponent))) {
        end = ++exponent;
      }
    }
    return end;
  }

  private static boolean digit(char c) {
    return Character.isDigit(c) || c == '_';
  }

  private static Object number(String text) {
    String digits = text.replace("_", "");
    try {
      return digits.matches("[0-9]+") ? (Object) Long.valueOf(digits) : Double.valueOf(digits);
    } catch (NumberFormatException e) {
      throw new TemplateFailure("has the number " + text + ", which is not supported");
    }
  }

  private static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      char c = text.charAt(at++);
      if (c != '\\' || at == text.length()) {
        result.append(c);
        continue;
      }
      char escaped = text.charAt(at++);
      int simple = "abfnrtv\\'\"0".indexOf(escaped);
      if (simple >= 0) {
        result.append("\u0007\b\f\n\r\t\u000b\\'\"\0".charAt(simple));
        continue;
      }
      int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
      if (escaped == '\n') {
        continue;
      }
      if (digits == 0) {
        result.append(c).append(escaped);
        continue;
      }
      result.appendCodePoint(codePoint(text, at, digits));
      at += digits;
    }
    return result.toString();
  }

  private static int codePoint(String text, int at, int digits) {
    String hexadecimal = text.substring(at, Math.min(text.length(), at + digits));
    if (!hexadecimal.matches("(00[01])?[0-9a-fA-F]+") || hexadecimal.length() != digits) {
      throw new TemplateFailure("has a broken escape in a string");
    }
    int codePoint = Integer.parseInt(hexadecimal, 16);
    if (!Character.isValidCodePoint(codePoint)) {
      throw new TemplateFailure("has a broken escape in a string");
    }
    return codePoint;
  }
}
