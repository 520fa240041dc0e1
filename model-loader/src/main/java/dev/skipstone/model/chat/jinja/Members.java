package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Members and items of values. Nothing here changes a value. */
final class Members {
  private static final Set<String> MAP_METHODS = Set.of("get", "items", "keys", "values");
  private static final Set<String> LIST_METHODS = Set.of("count", "index");

  private final Budget budget;

  Members(Budget budget) {
    this.budget = budget;
  }

  /** {@code base.name}: a method before an item. */
  Object attribute(Object base, String name) {
    Object method = method(base, name);
    if (method != null) {
      return method;
    }
    return switch (base) {
      case Undefined undefined -> throw undefined.failure();
      case Namespace namespace -> namespace.get(name);
      case Loop loop -> loop.get(name);
      case Map<?, ?> map when map.containsKey(name) -> map.get(name);
      case null, default -> missing(base, name);
    };
  }

  /** {@code base[key]}: an item before a method. */
  Object item(Object base, Object key) {
    return switch (base) {
      case Undefined undefined -> throw undefined.failure();
      case Map<?, ?> map when map.containsKey(key) -> map.get(key);
      case List<?> list when key instanceof Long at -> {
        int index = index(at, list.size());
        yield index < 0 ? missing(base, "item " + at) : list.get(index);
      }
      case String text when key instanceof Long at -> {
        budget.read(text);
        int index = index(at, text.codePointCount(0, text.length()));
        yield index < 0
            ? missing(base, "item " + at)
            : Character.toString(text.codePointAt(text.offsetByCodePoints(0, index)));
      }
      case null, default ->
          key instanceof String name ? attribute(base, name) : missing(base, "item");
    };
  }

  private static int index(long at, int size) {
    long index = at < 0 ? at + size : at;
    return index < 0 || index >= size ? -1 : (int) index;
  }

  private static Undefined missing(Object base, String name) {
    return new Undefined("\"" + name + "\" of " + PythonValues.typeName(base));
  }

  /** {@code base[from:to:step]}. */
  Object slice(Object base, Object from, Object to, Object step) {
    if (base instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(base instanceof List<?>) && !(base instanceof String)) {
      throw new TemplateFailure("takes a part of " + PythonValues.typeName(base));
    }
    budget.read(base);
    List<?> items = base instanceof String text ? PythonStrings.characters(text) : (List<?>) base;
    int size = items.size();
    long stride = step == null ? 1 : PythonValues.integer(step, "a step");
    if (stride == 0) {
      throw new TemplateFailure("takes a part in steps of 0");
    }
    boolean forward = stride > 0;
    long first = bound(from, forward ? 0 : size - 1, size, forward);
    long end = bound(to, forward ? size : -1, size, forward);
    List<Object> part = new ArrayList<>();
    for (long i = first; forward ? i < end : i > end; i += stride) {
      part.add(items.get((int) i));
    }
    if (base instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return base instanceof Tuple ? new Tuple(part) : part;
  }

  /** Where a part begins or ends, as Python's {@code slice.indices} has it. */
  private static long bound(Object value, long missing, int size, boolean forward) {
    if (value == null) {
      return missing;
    }
    long at = PythonValues.integer(value, "a bound");
    long lowest = forward ? 0 : -1;
    long highest = forward ? size : size - 1L;
    return at < 0 ? Math.max(lowest, at + size) : Math.min(highest, at);
  }

  private Callable method(Object base, String name) {
    return switch (base) {
      case String text when PythonStrings.METHODS.contains(name) ->
          arguments -> {
            budget.read(text);
            return budget.made(PythonStrings.call(text, name, arguments));
          };
      case Map<?, ?> map when MAP_METHODS.contains(name) -> arguments -> call(map, name, arguments);
      case List<?> list when LIST_METHODS.contains(name) ->
          arguments -> call(list, name, arguments);
      case null, default -> null;
    };
  }

  private Object call(Map<?, ?> map, String name, CallArguments arguments) {
    budget.read(map);
    if (name.equals("get")) {
      if (arguments.positional().isEmpty()) {
        throw new TemplateFailure("calls get() without a key");
      }
      Object key = arguments.limit("get", 2).positional().getFirst();
      return map.containsKey(key) ? map.get(key) : arguments.get(1, "default", null);
    }
    arguments.limit(name, 0);
    return switch (name) {
      case "items" -> items(map);
      case "keys" -> new ArrayList<>(map.keySet());
      default -> new ArrayList<>(map.values());
    };
  }

  static List<Object> items(Map<?, ?> map) {
    List<Object> items = new ArrayList<>();
    map.forEach((key, value) -> {
      List<Object> pair = new ArrayList<>();
      Collections.addAll(pair, key, value);
      items.add(new Tuple(pair));
    });
    return items;
  }

  private Object call(List<?> list, String name, CallArguments arguments) {
    budget.read(list);
    Object wanted = arguments.limit(name, 1).get(0, "value", null);
    long found = 0;
    for (int i = 0; i < list.size(); i++) {
      if (PythonValues.equal(list.get(i), wanted, budget)) {
        if (name.equals("index")) {
          return (long) i;
        }
        found++;
      }
    }
    if (name.equals("index")) {
      throw new TemplateFailure("asks for the place of something that is not in the list");
    }
    return found;
  }
}
