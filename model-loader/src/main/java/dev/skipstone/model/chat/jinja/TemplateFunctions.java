package dev.skipstone.model.chat.jinja;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Functions that templates may call, besides Jinja's own. */
final class TemplateFunctions {
  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('A', "EEEE"),
          Map.entry('B', "MMMM"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('Y', "yyyy"),
          Map.entry('a', "EEE"),
          Map.entry('b', "MMM"),
          Map.entry('d', "dd"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('p', "a"),
          Map.entry('y', "yy"));

  private static final int LONGEST_RANGE = 10_000;

  static final Map<String, Callable> ALL =
      Map.of(
          "raise_exception", TemplateFunctions::raiseException,
          "strftime_now", TemplateFunctions::strftimeNow,
          "namespace", TemplateFunctions::namespace,
          "dict", TemplateFunctions::dict,
          "range", TemplateFunctions::range);

  private TemplateFunctions() {}

  /** Ends the rendering with the template's own message. */
  private static Object raiseException(CallArguments arguments) {
    throw TemplateFailure.refusal(PythonValues.str(arguments.get(0, "message", "")));
  }

  /** The local date and time in the format of C's strftime. */
  private static Object strftimeNow(CallArguments arguments) {
    String format = arguments.limit("strftime_now", 1, "format").text(0, "format", "");
    return strftime(LocalDateTime.now(ZoneId.systemDefault()), format);
  }

  private static Object namespace(CallArguments arguments) {
    arguments.limit("namespace", 0, arguments.named().keySet().toArray(String[]::new));
    return new Namespace(arguments.named());
  }

  private static Object dict(CallArguments arguments) {
    arguments.limit("dict", 0, arguments.named().keySet().toArray(String[]::new));
    return new LinkedHashMap<Object, Object>(arguments.named());
  }

  /** Python's range: {@code (stop)}, {@code (start, stop)} or {@code (start, stop, step)}. */
  private static Object range(CallArguments arguments) {
    List<Object> given = arguments.limit("range", 3).positional();
    long[] bounds = new long[given.size()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = PythonValues.integer(given.get(i), "a bound of range()");
    }
    long start = bounds.length < 2 ? 0 : bounds[0];
    long stop = bounds.length < 2 ? (bounds.length == 0 ? 0 : bounds[0]) : bounds[1];
    long step = bounds.length == 3 ? bounds[2] : 1;
    if (bounds.length == 0 || step == 0) {
      throw new TemplateFailure("calls range() in a way that is not supported");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i = Math.addExact(i, step)) {
      if (numbers.size() == LONGEST_RANGE) {
        throw new TemplateFailure("calls range() for more than " + LONGEST_RANGE + " numbers");
      }
      numbers.add(i);
    }
    return numbers;
  }

  static String strftime(LocalDateTime time, String format) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%') {
        text.append(c);
        continue;
      }
      char letter = ++i < format.length() ? format.charAt(i) : ' ';
      if (letter == '%') {
        text.append('%');
        continue;
      }
      String pattern = PATTERNS.get(letter);
      if (pattern == null) {
        throw new TemplateFailure("strftime_now does not support %" + letter);
      }
      text.append(DateTimeFormatter.ofPattern(pattern, Locale.US).format(time));
    }
    return text.toString();
  }
}
