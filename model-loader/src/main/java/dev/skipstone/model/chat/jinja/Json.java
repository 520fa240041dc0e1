package dev.skipstone.model.chat.jinja;

import java.util.Collection;
import java.util.Map;

/**
 * The filter {@code tojson} as transformers has it: Python's {@code json.dumps} with {@code
 * ensure_ascii=False}.
 */
final class Json {
  private final int indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param indent spaces for each level; -1 for everything in one line
   */
  private Json(int indent, String itemSeparator, String keySeparator, boolean sorted) {
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sorted = sorted;
  }

  static String write(Object value, CallArguments arguments, Budget budget) {
    arguments.limit("tojson", 0, "indent", "ensure_ascii", "separators", "sort_keys");
    if (arguments.flag(0, "ensure_ascii", false)) {
      throw new TemplateFailure("calls tojson with ensure_ascii, which is not supported");
    }
    Object width = arguments.get(0, "indent", null);
    int indent = width == null ? -1 : (int) Math.min(40, PythonValues.integer(width, "an indent"));
    String item = indent < 0 ? ", " : ",";
    String key = ": ";
    if (arguments.get(0, "separators", null) instanceof Collection<?> separators) {
      Object[] both = separators.toArray();
      item = PythonValues.str(both[0]);
      key = PythonValues.str(both[both.length - 1]);
    }
    Json json = new Json(indent, item, key, arguments.flag(0, "sort_keys", false));
    json.value(value, 1, budget);
    return json.out.toString();
  }

  private void value(Object value, int depth, Budget budget) {
    budget.step();
    budget.checkSize(true, out.length());
    switch (value) {
      case null -> out.append("null");
      case Boolean truth -> out.append(truth.booleanValue());
      case Long number -> out.append(number);
      case Double number -> out.append(floating(number));
      case String text -> string(text);
      case Collection<?> list -> {
        out.append('[');
        String before = "";
        for (Object item : list) {
          out.append(before);
          line(depth);
          value(item, depth + 1, budget);
          before = itemSeparator;
        }
        end(list.isEmpty(), depth, ']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        String before = "";
        for (Object key : sorted ? CollectionFilters.sorted(map.keySet(), budget) : map.keySet()) {
          out.append(before);
          line(depth);
          string(key(key));
          out.append(keySeparator);
          value(map.get(key), depth + 1, budget);
          before = itemSeparator;
        }
        end(map.isEmpty(), depth, '}');
      }
      case Undefined undefined -> throw undefined.failure();
      default -> throw new TemplateFailure("writes an object as JSON");
    }
  }

  private void line(int depth) {
    if (indent >= 0) {
      out.append('\n').repeat(' ', indent * depth);
    }
  }

  private void end(boolean empty, int depth, char bracket) {
    if (!empty) {
      line(depth - 1);
    }
    out.append(bracket);
  }

  private static String key(Object key) {
    return switch (key) {
      case String text -> text;
      case null -> "null";
      case Boolean truth -> truth.toString();
      case Long number -> number.toString();
      case Double number -> floating(number);
      default -> throw new TemplateFailure("writes " + PythonValues.typeName(key) + " as a key");
    };
  }

  private static String floating(double number) {
    return Double.isNaN(number)
        ? "NaN"
        : Double.isInfinite(number)
            ? (number > 0 ? "Infinity" : "-Infinity")
            : PythonValues.floating(number);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = "\"\\\n\r\t\b\f".indexOf(c);
      if (escape >= 0) {
        out.append('\\').append("\"\\nrtbf".charAt(escape));
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
