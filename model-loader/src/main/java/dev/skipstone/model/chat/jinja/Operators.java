package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/** Arithmetic and comparison with Python's meaning. */
final class Operators {
  private Operators() {}

  static Object unary(String operator, Object value) {
    if (operator.equals("not")) {
      return !PythonValues.truth(value);
    }
    return switch (value) {
      case Double number -> operator.equals("-") ? (Object) (-number) : number;
      case Undefined undefined -> throw undefined.failure();
      case null, default -> {
        long number = PythonValues.integer(value, "a sign");
        yield operator.equals("-") ? Math.negateExact(number) : number;
      }
    };
  }

  static Object binary(String operator, Object left, Object right, Budget budget) {
    budget.read(left);
    budget.read(right);
    if (operator.equals("~")) {
      return budget.made(PythonValues.str(left).concat(PythonValues.str(right)));
    }
    if (left instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (operator.equals("+") && left instanceof String a && right instanceof String b) {
      return budget.made(a.concat(b));
    }
    if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
      budget.checkSize(false, (long) a.size() + b.size());
      List<Object> joined = new ArrayList<>(a);
      joined.addAll(b);
      return a instanceof Tuple ? new Tuple(joined) : joined;
    }
    if (operator.equals("*") && left instanceof String text) {
      return repeated(text, PythonValues.integer(right, "a number of times"), budget);
    }
    if (operator.equals("*") && right instanceof String text) {
      return repeated(text, PythonValues.integer(left, "a number of times"), budget);
    }
    if (operator.equals("%") && left instanceof String format) {
      return budget.made(
          PythonFormat.percent(format, right instanceof Tuple many ? many : single(right)));
    }
    return arithmetic(operator, left, right);
  }

  private static List<Object> single(Object value) {
    List<Object> list = new ArrayList<>();
    list.add(value);
    return list;
  }

  private static String repeated(String text, long times, Budget budget) {
    long count = Math.max(0, times);
    budget.checkSize(true, Math.max(text.length(), 1) * Math.min(count, Integer.MAX_VALUE));
    return budget.made(text.repeat((int) Math.min(count, Integer.MAX_VALUE)));
  }

  private static Object arithmetic(String operator, Object left, Object right) {
    Double a = PythonValues.number(left);
    Double b = PythonValues.number(right);
    if (a == null || b == null) {
      throw new TemplateFailure(
          "uses "
              + operator
              + " between "
              + PythonValues.typeName(left)
              + " and "
              + PythonValues.typeName(right));
    }
    boolean divides = operator.equals("/") || operator.equals("//") || operator.equals("%");
    if (divides && b == 0) {
      throw new TemplateFailure("divides by zero");
    }
    if (left instanceof Double || right instanceof Double || operator.equals("/")) {
      return switch (operator) {
        case "+" -> a + b;
        case "-" -> a - b;
        case "*" -> a * b;
        case "/" -> a / b;
        case "//" -> Math.floor(a / b);
        case "%" -> a - b * Math.floor(a / b);
        default -> Math.pow(a, b);
      };
    }
    long x = PythonValues.integer(left, "a number");
    long y = PythonValues.integer(right, "a number");
    return switch (operator) {
      case "+" -> Math.addExact(x, y);
      case "-" -> Math.subtractExact(x, y);
      case "*" -> Math.multiplyExact(x, y);
      case "//" -> Math.floorDiv(x, y);
      case "%" -> Math.floorMod(x, y);
      default -> y < 0 ? (Object) Math.pow(a, b) : power(x, y);
    };
  }

  private static long power(long base, long exponent) {
    long result = 1;
    for (long i = 0; i < exponent && (base != 1 || i == 0) && base != 0; i++) {
      if (base == -1) {
        return exponent % 2 == 0 ? 1 : -1;
      }
      result = Math.multiplyExact(result, base);
    }
    return exponent > 0 && base == 0 ? 0 : result;
  }

  static boolean compare(String operator, Object left, Object right, Budget budget) {
    return switch (operator) {
      case "==" -> PythonValues.equal(left, right, budget);
      case "!=" -> !PythonValues.equal(left, right, budget);
      case "in" -> PythonValues.contains(right, left, budget);
      case "not in" -> !PythonValues.contains(right, left, budget);
      case "<" -> PythonValues.compare(left, right, budget) < 0;
      case "<=" -> PythonValues.compare(left, right, budget) <= 0;
      case ">" -> PythonValues.compare(left, right, budget) > 0;
      default -> PythonValues.compare(left, right, budget) >= 0;
    };
  }
}
