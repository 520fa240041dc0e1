package dev.skipstone.model.chat.jinja;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What may stand behind {@code is}. */
final class Tests {
  /** Tests that compare, with the operators that they stand for. */
  private static final Map<String, String> COMPARISONS =
      Map.ofEntries(
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("==", "=="),
          Map.entry("ne", "!="),
          Map.entry("!=", "!="),
          Map.entry("lt", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("<", "<"),
          Map.entry("le", "<="),
          Map.entry("<=", "<="),
          Map.entry("gt", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry(">", ">"),
          Map.entry("ge", ">="),
          Map.entry(">=", ">="),
          Map.entry("in", "in"));

  private static final Set<String> OTHERS =
      Set.of(
          "defined",
          "undefined",
          "none",
          "boolean",
          "true",
          "false",
          "string",
          "number",
          "integer",
          "float",
          "mapping",
          "sequence",
          "iterable",
          "callable",
          "odd",
          "even",
          "divisibleby",
          "sameas",
          "lower",
          "upper");

  private Tests() {}

  static void check(String name) {
    if (!COMPARISONS.containsKey(name) && !OTHERS.contains(name)) {
      Set<String> names = new TreeSet<>(OTHERS);
      names.addAll(COMPARISONS.keySet());
      throw new TemplateFailure(
          "uses the test \""
              + name
              + "\", which is not supported; supported: "
              + String.join(", ", names));
    }
  }

  static boolean holds(String name, Object value, CallArguments arguments, Budget budget) {
    budget.step();
    String operator = COMPARISONS.get(name);
    if (operator != null || name.equals("divisibleby") || name.equals("sameas")) {
      Object other = arguments.limit(name, 1).get(0, "other", null);
      return switch (name) {
        case "divisibleby" ->
            PythonValues.equal(Operators.binary("%", value, other, budget), 0L, budget);
        case "sameas" -> same(value, other);
        default -> Operators.compare(operator, value, other, budget);
      };
    }
    arguments.limit(name, 0);
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "string" -> value instanceof String;
      case "number" -> PythonValues.number(value) != null;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "mapping" -> value instanceof Map;
      case "sequence", "iterable" ->
          value instanceof String
              || value instanceof List
              || value instanceof Map
              || value instanceof Collection
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "odd" -> Math.floorMod(PythonValues.integer(value, "a test"), 2) == 1;
      case "even" -> Math.floorMod(PythonValues.integer(value, "a test"), 2) == 0;
      case "lower" -> cased(value, true);
      default -> cased(value, false);
    };
  }

  @SuppressWarnings("ReferenceEquality") // the test asks whether it is the same object
  private static boolean same(Object value, Object other) {
    boolean simple = value instanceof String || value instanceof Number || value instanceof Boolean;
    return value == other || (simple && value.equals(other));
  }

  private static boolean cased(Object value, boolean lower) {
    String text = PythonValues.str(value);
    String same = lower ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
    return text.equals(same)
        && text.codePoints().anyMatch(lower ? Character::isLowerCase : Character::isUpperCase);
  }
}
