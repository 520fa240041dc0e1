package dev.skipstone.model.chat;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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

  private TemplateFunctions() {}

  /** Ends the rendering with the template's own message. */
  public static Object raiseException(Object message) {
    throw new TemplateFailure("the template refuses the conversation: " + message);
  }

  /** The local date and time in the format of C's strftime. */
  public static String strftimeNow(String format) {
    return strftime(LocalDateTime.now(ZoneId.systemDefault()), format);
  }

  /** Python's range: {@code (stop)}, {@code (start, stop)} or {@code (start, stop, step)}. */
  public static List<Long> range(Object first, Object... others) {
    long[] bounds = new long[1 + others.length];
    for (int i = 0; i < bounds.length; i++) {
      if (!((i == 0 ? first : others[i - 1]) instanceof Number number)) {
        throw new TemplateFailure("calls range() with something else than numbers");
      }
      bounds[i] = number.longValue();
    }
    long start = bounds.length == 1 ? 0 : bounds[0];
    long stop = bounds.length == 1 ? bounds[0] : bounds[1];
    long step = bounds.length == 3 ? bounds[2] : 1;
    if (bounds.length > 3 || step == 0) {
      throw new TemplateFailure("calls range() in a way that is not supported");
    }
    List<Long> numbers = new ArrayList<>();
    for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
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
