package dev.skipstone.model.chat.jinja;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The values of templates as Python has them: null is None, Long is int, Double is float, a List is
 * a list (or a {@link Tuple}), a Map a dict.
 */
final class PythonValues {
  private static final int DEEPEST = 100;
  private static final int LEAST_EXPONENT = -4;
  private static final int MOST_EXPONENT = 16;

  private PythonValues() {}

  /**
   * A copy of JSON-like values.
   *
   * @throws IllegalArgumentException for any other value
   */
  static Object of(Object value, int depth) {
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("values for a template are nested too deeply");
    }
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean truth -> truth;
      case Double number -> number;
      case Float number -> number.doubleValue();
      case Number number -> number.longValue();
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, item) -> copy.put(of(key, depth + 1), of(item, depth + 1)));
        yield Collections.unmodifiableMap(copy);
      }
      case Collection<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(item -> copy.add(of(item, depth + 1)));
        yield Collections.unmodifiableList(copy);
      }
      default ->
          throw new IllegalArgumentException(
              "a template can't be given a value of " + value.getClass());
    };
  }

  static boolean truth(Object value) {
    return switch (value) {
      case null -> false;
      case Undefined undefined -> false;
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case Collection<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> true;
    };
  }

  /** How large a value is: characters of a text, items of a list or mapping. */
  static int size(Object value) {
    return switch (value) {
      case String text -> text.length();
      case Collection<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null, default -> 1;
    };
  }

  static String typeName(Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined undefined -> "an undefined value";
      case Boolean truth -> "a truth value";
      case Long number -> "a number";
      case Double number -> "a number";
      case String text -> "a string";
      case Collection<?> list -> "a list";
      case Map<?, ?> map -> "a mapping";
      default -> "an object";
    };
  }

  /** Python's {@code str()}. */
  static String str(Object value) {
    return value instanceof String text ? text : repr(value);
  }

  /** Python's {@code repr()}. */
  static String repr(Object value) {
    StringBuilder text = new StringBuilder();
    repr(value, text);
    return text.toString();
  }

  private static void repr(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("None");
      case Undefined undefined -> {}
      case Boolean truth -> out.append(truth ? "True" : "False");
      case Long number -> out.append(number);
      case Double number -> out.append(floating(number));
      case String text -> quote(text, out);
      case Tuple tuple -> {
        items(tuple, "(", out);
        out.append(tuple.size() == 1 ? ",)" : ")");
      }
      case Collection<?> list -> {
        items(list, "[", out);
        out.append(']');
      }
      case Map<?, ?> map -> {
        String before = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(before);
          repr(entry.getKey(), out);
          out.append(": ");
          repr(entry.getValue(), out);
          before = ", ";
          checkSize(out);
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      default -> throw new TemplateFailure("writes out " + typeName(value));
    }
  }

  private static void items(Collection<?> list, String open, StringBuilder out) {
    out.append(open);
    String before = "";
    for (Object item : list) {
      out.append(before);
      repr(item, out);
      before = ", ";
      checkSize(out);
    }
  }

  private static void checkSize(StringBuilder out) {
    if (out.length() > Budget.LONGEST_TEXT) {
      throw new TemplateFailure("writes out a value that is too large");
    }
  }

  /** Python's {@code repr()} of a float: the shortest digits that give it back. */
  static String floating(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return Double.doubleToRawLongBits(value) == 0 ? "0.0" : "-0.0";
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= LEAST_EXPONENT && exponent < MOST_EXPONENT) {
      String plain = digits.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String mantissa = digits.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + mantissa.charAt(0)
        + (mantissa.length() > 1 ? "." + mantissa.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  static long integer(Object value, String what) {
    return switch (value) {
      case Long number -> number;
      case Boolean truth -> truth ? 1 : 0;
      case Undefined undefined -> throw undefined.failure();
      case null, default ->
          throw new TemplateFailure("has " + typeName(value) + " for " + what + ", not a number");
    };
  }

  /** Number as a double; null if the value is none. */
  static Double number(Object value) {
    return switch (value) {
      case Long number -> number.doubleValue();
      case Double number -> number;
      case Boolean truth -> truth ? 1.0 : 0.0;
      case null, default -> null;
    };
  }

  /**
   * Python's {@code ==}.
   *
   * @param budget counts the values that are looked at
   */
  static boolean equal(Object left, Object right, Budget budget) {
    budget.step();
    Double a = number(left);
    Double b = number(right);
    if (a != null && b != null) {
      boolean whole = left instanceof Long && right instanceof Long;
      return whole ? left.equals(right) : a.equals(b);
    }
    if (left instanceof Undefined && right instanceof Undefined) {
      return true;
    }
    if (left instanceof List<?> x && right instanceof List<?> y) {
      boolean alike = (x instanceof Tuple) == (y instanceof Tuple);
      boolean same = alike && (x.size() == y.size());
      for (int i = 0; same && i < x.size(); i++) {
        same = equal(x.get(i), y.get(i), budget);
      }
      return same;
    }
    if (left instanceof Map<?, ?> x && right instanceof Map<?, ?> y) {
      return x.size() == y.size()
          && x.entrySet().stream()
              .allMatch(entry ->
                  y.containsKey(entry.getKey())
                      && equal(entry.getValue(), y.get(entry.getKey()), budget));
    }
    return Objects.equals(left, right);
  }

  /**
   * Order of two values.
   *
   * @param budget counts the values that are looked at
   */
  static int compare(Object left, Object right, Budget budget) {
    budget.step();
    Double a = number(left);
    Double b = number(right);
    if (left instanceof Long x && right instanceof Long y) {
      return x.compareTo(y);
    }
    if (a != null && b != null) {
      return a.compareTo(b);
    }
    if (left instanceof String x && right instanceof String y) {
      return PythonStrings.compare(x, y);
    }
    if (left instanceof List<?> x && right instanceof List<?> y) {
      for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
        if (!equal(x.get(i), y.get(i), budget)) {
          return compare(x.get(i), y.get(i), budget);
        }
      }
      return Integer.compare(x.size(), y.size());
    }
    throw new TemplateFailure("compares " + typeName(left) + " with " + typeName(right));
  }

  /** The items that a loop goes through. */
  static Collection<?> iterate(Object value) {
    return switch (value) {
      case Undefined undefined -> List.of();
      case Collection<?> list -> list;
      case Map<?, ?> map -> map.keySet();
      case String text -> PythonStrings.characters(text);
      case null, default -> throw new TemplateFailure("goes through " + typeName(value));
    };
  }

  static long length(Object value) {
    return switch (value) {
      case String text -> text.codePointCount(0, text.length());
      case Undefined undefined -> 0;
      case Collection<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case null, default -> throw new TemplateFailure("asks for the length of " + typeName(value));
    };
  }

  static boolean contains(Object container, Object item, Budget budget) {
    budget.read(container);
    return switch (container) {
      case String text -> {
        if (item instanceof String part) {
          yield text.contains(part);
        }
        throw new TemplateFailure("looks for " + typeName(item) + " in a string");
      }
      case Map<?, ?> map -> map.containsKey(item);
      case null -> throw new TemplateFailure("looks for something in none");
      default -> iterate(container).stream().anyMatch(other -> equal(other, item, budget));
    };
  }

  /** Python's {@code repr()} of a string. */
  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int c = text.codePointAt(at);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (printable(c)) {
            out.appendCodePoint(c);
          } else {
            String format = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
            out.append(String.format(format, c));
          }
        }
      }
    }
    out.append(quote);
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
