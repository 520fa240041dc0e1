package dev.skipstone.model.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What may stand behind {@code |}. */
final class Filters {
  private static final Set<String> NAMES =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "d",
          "default",
          "dictsort",
          "e",
          "escape",
          "first",
          "float",
          "format",
          "groupby",
          "indent",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "sort",
          "string",
          "sum",
          "title",
          "tojson",
          "trim",
          "unique",
          "upper",
          "wordcount");

  private final Budget budget;
  private final Members members;

  Filters(Budget budget, Members members) {
    this.budget = budget;
    this.members = members;
  }

  static void check(String name) {
    if (!NAMES.contains(name)) {
      throw new TemplateFailure(
          "uses the filter \""
              + name
              + "\", which is not supported; supported: "
              + String.join(", ", new TreeSet<>(NAMES)));
    }
  }

  Object apply(String name, Object value, CallArguments arguments) {
    check(name);
    budget.read(value);
    return switch (name) {
      case "default", "d" -> {
        arguments.limit(name, 2, "default_value", "boolean");
        boolean missing =
            value instanceof Undefined
                || (arguments.flag(1, "boolean", false) && !PythonValues.truth(value));
        yield missing ? arguments.get(0, "default_value", "") : value;
      }
      case "tojson" -> budget.made(Json.write(value, arguments, budget));
      case "length", "count" -> PythonValues.length(value);
      case "list" -> new ArrayList<Object>(PythonValues.iterate(value));
      case "items" -> items(value);
      case "first", "last" -> end(value, name.equals("first"));
      case "reverse" -> reversed(value);
      case "join" -> join(value, arguments.limit(name, 2, "d", "attribute"));
      case "map" -> map(value, arguments);
      case "select", "selectattr", "reject", "rejectattr" -> select(name, value, arguments);
      case "sort", "unique", "min", "max", "dictsort", "groupby", "sum" ->
          new CollectionFilters(budget, members).apply(name, value, arguments);
      case "int", "float", "abs", "round" -> number(name, value, arguments);
      default -> budget.made(text(name, PythonValues.str(value), arguments));
    };
  }

  private static List<Object> items(Object value) {
    if (value instanceof Undefined) {
      return List.of();
    }
    if (value instanceof Map<?, ?> map) {
      return Members.items(map);
    }
    throw new TemplateFailure("asks for the items of " + PythonValues.typeName(value));
  }

  private static Object end(Object value, boolean first) {
    List<Object> items = new ArrayList<>(PythonValues.iterate(value));
    if (items.isEmpty()) {
      return new Undefined("an item of an empty list");
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static Object reversed(Object value) {
    if (value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    List<Object> items = new ArrayList<>(PythonValues.iterate(value));
    Collections.reverse(items);
    return items;
  }

  private String join(Object value, CallArguments arguments) {
    Object attribute = arguments.get(1, "attribute", null);
    List<String> parts = new ArrayList<>();
    for (Object item : PythonValues.iterate(value)) {
      budget.step();
      parts.add(PythonValues.str(attribute == null ? item : member(item, attribute)));
    }
    return budget.made(PythonStrings.join(PythonValues.str(arguments.get(0, "d", "")), parts));
  }

  /** A member by its path, such as {@code function.name}. */
  private Object member(Object item, Object path) {
    return CollectionFilters.member(members, item, path);
  }

  private List<Object> map(Object value, CallArguments arguments) {
    List<Object> results = new ArrayList<>();
    Object attribute = arguments.named().get("attribute");
    if (attribute == null && arguments.positional().isEmpty()) {
      throw new TemplateFailure("calls map() without a filter or an attribute");
    }
    for (Object item : PythonValues.iterate(value)) {
      if (attribute != null) {
        Object found = member(item, attribute);
        boolean missing = found instanceof Undefined && arguments.named().containsKey("default");
        results.add(missing ? arguments.named().get("default") : found);
      } else {
        results.add(
            apply(PythonValues.str(arguments.positional().getFirst()), item, rest(arguments, 1)));
      }
    }
    return budget.made(results);
  }

  private static CallArguments rest(CallArguments arguments, int from) {
    List<Object> positional = arguments.positional();
    return new CallArguments(
        positional.subList(Math.min(from, positional.size()), positional.size()),
        arguments.named());
  }

  private List<Object> select(String name, Object value, CallArguments arguments) {
    boolean byMember = name.endsWith("attr");
    List<Object> positional = arguments.positional();
    int at = byMember ? 1 : 0;
    if (positional.size() < at) {
      throw new TemplateFailure("calls " + name + "() without an attribute");
    }
    String test = positional.size() > at ? PythonValues.str(positional.get(at)) : null;
    if (test != null) {
      Tests.check(test);
    }
    Predicate<Object> holds =
        item -> {
          Object tested = byMember ? member(item, positional.getFirst()) : item;
          return test == null
              ? PythonValues.truth(tested)
              : Tests.holds(test, tested, rest(arguments, at + 1), budget);
        };
    List<Object> selected = new ArrayList<>();
    for (Object item : PythonValues.iterate(value)) {
      budget.step();
      if (holds.test(item) == name.startsWith("select")) {
        selected.add(item);
      }
    }
    return selected;
  }

  private static Object number(String name, Object value, CallArguments arguments) {
    return switch (name) {
      case "int" -> integer(value, arguments.limit(name, 1, "default").get(0, "default", 0L));
      case "float" -> floating(value, arguments.limit(name, 1, "default").get(0, "default", 0.0));
      case "abs" ->
          value instanceof Double number
              ? (Object) Math.abs(number)
              : Math.absExact(PythonValues.integer(value, "abs"));
      default -> {
        arguments.limit(name, 1, "precision");
        long precision = arguments.number(0, "precision", 0);
        Double number = PythonValues.number(value);
        if (number == null || precision < 0 || precision > 15) {
          throw new TemplateFailure("calls round() in a way that is not supported");
        }
        yield new BigDecimal(number)
            .setScale((int) precision, RoundingMode.HALF_EVEN)
            .doubleValue();
      }
    };
  }

  private static Object integer(Object value, Object missing) {
    return switch (value) {
      case Long number -> number;
      case Boolean truth -> truth ? 1L : 0L;
      case Double number -> number.longValue();
      case String text -> {
        Object number = floating(text, null);
        boolean whole = text.strip().matches("[+-]?[0-9]{1,18}");
        yield whole
            ? (Object) Long.valueOf(text.strip())
            : number instanceof Double found ? found.longValue() : missing;
      }
      case null, default -> missing;
    };
  }

  private static Object floating(Object value, Object missing) {
    Double number = PythonValues.number(value);
    if (number != null) {
      return number;
    }
    String text = value instanceof String string ? string.strip() : "";
    return text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
        ? (Object) Double.valueOf(text)
        : missing;
  }

  private static Object text(String name, String text, CallArguments arguments) {
    return switch (name) {
      case "string", "safe" -> text;
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> PythonStrings.capitalize(text);
      case "title" -> titled(text);
      case "trim" ->
          PythonStrings.strip(
              text, arguments.limit(name, 1, "chars").text(0, "chars", null), true, true);
      case "replace" -> {
        arguments.limit(name, 3, "old", "new", "count");
        Object count = arguments.get(2, "count", null);
        yield PythonStrings.replace(
            text,
            PythonValues.str(arguments.get(0, "old", "")),
            PythonValues.str(arguments.get(1, "new", "")),
            count == null ? -1 : PythonValues.integer(count, "a count"));
      }
      case "indent" -> indented(text, arguments.limit(name, 3, "width", "first", "blank"));
      case "wordcount" ->
          (long) ((List<?>) PythonStrings.call(text, "split", CallArguments.NONE)).size();
      case "format" -> PythonFormat.percent(text, arguments.positional());
      default ->
          text.replace("&", "&amp;")
              .replace("<", "&lt;")
              .replace(">", "&gt;")
              .replace("'", "&#39;")
              .replace("\"", "&#34;");
    };
  }

  /** A word starts after white space, or a dash or bracket. */
  private static String titled(String text) {
    StringBuilder result = new StringBuilder(text.length());
    boolean start = true;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int c = text.codePointAt(at);
      String one = Character.toString(c);
      result.append(start ? one.toUpperCase(Locale.ROOT) : one.toLowerCase(Locale.ROOT));
      start = PythonStrings.space(c) || "-({[<".indexOf(c) >= 0;
    }
    return result.toString();
  }

  private static String indented(String text, CallArguments arguments) {
    Object width = arguments.get(0, "width", 4L);
    String space =
        width instanceof String given
            ? given
            : " ".repeat(Math.clamp(PythonValues.integer(width, "a width"), 0, 1000));
    boolean blank = arguments.flag(2, "blank", false);
    StringBuilder result = new StringBuilder();
    int line = 0;
    for (String part : text.split("\n", -1)) {
      result.append(line == 0 ? "" : "\n");
      boolean wanted = line == 0 ? arguments.flag(1, "first", false) : blank || !part.isEmpty();
      result.append(wanted ? space : "").append(part);
      line++;
      if (result.length() > Budget.LONGEST_TEXT) {
        throw new TemplateFailure("makes a text that is too long");
      }
    }
    return result.toString();
  }
}
