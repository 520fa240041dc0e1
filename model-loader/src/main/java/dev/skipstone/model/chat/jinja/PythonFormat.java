package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The two ways in which Python puts values into a string. */
final class PythonFormat {
  private PythonFormat() {}

  /** Python's {@code %} of a string, with {@code %s}, {@code %d}, {@code %r} and {@code %%}. */
  static String percent(String format, Collection<?> values) {
    StringBuilder text = new StringBuilder();
    List<Object> left = new ArrayList<>(values);
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        text.append(c);
        continue;
      }
      char kind = ++i < format.length() ? format.charAt(i) : ' ';
      if (kind == '%') {
        text.append('%');
      } else if (left.isEmpty()) {
        throw new TemplateFailure("formats more values than it has");
      } else {
        Object value = left.removeFirst();
        switch (kind) {
          case 's' -> text.append(PythonValues.str(value));
          case 'r' -> text.append(PythonValues.repr(value));
          case 'd' -> text.append(PythonValues.integer(value, "%d"));
          default -> throw new TemplateFailure("formats with %" + kind + ", which is unsupported");
        }
      }
    }
    if (!left.isEmpty()) {
      throw new TemplateFailure("formats fewer values than it has");
    }
    return text.toString();
  }

  /** Python's {@code str.format}, with {@code {}}, {@code {0}} and {@code {name}}. */
  static String braces(String format, CallArguments arguments) {
    List<Object> positional = arguments.positional();
    Map<String, Object> named = arguments.named();
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      int end = c == '{' ? format.indexOf('}', i) : -1;
      if ((c == '{' || c == '}') && i + 1 < format.length() && format.charAt(i + 1) == c) {
        text.append(c);
        i++;
      } else if (c != '{' && c != '}') {
        text.append(c);
      } else {
        String name = end < 0 ? "}" : format.substring(i + 1, end);
        int place =
            name.isEmpty() ? next++ : name.matches("[0-9]{1,4}") ? Integer.parseInt(name) : -1;
        if (place < 0 ? !named.containsKey(name) : place >= positional.size()) {
          throw new TemplateFailure("calls format() in a way that is not supported");
        }
        text.append(PythonValues.str(place < 0 ? named.get(name) : positional.get(place)));
        i = end;
      }
    }
    return text.toString();
  }
}
