package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters that bring items in order or into one value. */
record CollectionFilters(Budget budget, Members members) {
  Object apply(String name, Object value, CallArguments arguments) {
    return switch (name) {
      case "sort" -> {
        arguments.limit(name, 3, "reverse", "case_sensitive", "attribute");
        Comparator<Object> order =
            order(arguments.get(2, "attribute", null), arguments.flag(1, "case_sensitive", false));
        List<Object> sorted = new ArrayList<>(PythonValues.iterate(value));
        sorted.sort(arguments.flag(0, "reverse", false) ? order.reversed() : order);
        yield sorted;
      }
      case "unique" -> unique(value, arguments.limit(name, 2, "case_sensitive", "attribute"));
      case "min", "max" -> {
        arguments.limit(name, 2, "case_sensitive", "attribute");
        Comparator<Object> order =
            order(arguments.get(1, "attribute", null), arguments.flag(0, "case_sensitive", false));
        Collection<?> items = PythonValues.iterate(value);
        yield items.isEmpty()
            ? new Undefined("an item of an empty list")
            : name.equals("min") ? Collections.min(items, order) : Collections.max(items, order);
      }
      case "dictsort" ->
          dictionary(value, arguments.limit(name, 3, "case_sensitive", "by", "reverse"));
      case "groupby" -> groups(value, arguments.limit(name, 1, "attribute"));
      default -> {
        Object attribute = arguments.limit(name, 2, "attribute", "start").get(0, "attribute", null);
        Object sum = arguments.get(1, "start", 0L);
        for (Object item : PythonValues.iterate(value)) {
          sum =
              Operators.binary(
                  "+", sum, attribute == null ? item : member(members, item, attribute), budget);
        }
        yield sum;
      }
    };
  }

  private Comparator<Object> order(Object attribute, boolean caseSensitive) {
    return (a, b) ->
        PythonValues.compare(
            key(a, attribute, caseSensitive), key(b, attribute, caseSensitive), budget);
  }

  private Object key(Object item, Object attribute, boolean caseSensitive) {
    Object key = attribute == null ? item : member(members, item, attribute);
    return key instanceof String text && !caseSensitive ? text.toLowerCase(Locale.ROOT) : key;
  }

  private List<Object> unique(Object value, CallArguments arguments) {
    List<Object> keys = new ArrayList<>();
    List<Object> found = new ArrayList<>();
    for (Object item : PythonValues.iterate(value)) {
      Object key =
          key(
              item,
              arguments.get(1, "attribute", null),
              arguments.flag(0, "case_sensitive", false));
      if (!PythonValues.contains(keys, key, budget)) {
        keys.add(key);
        found.add(item);
      }
    }
    return found;
  }

  private List<Object> dictionary(Object value, CallArguments arguments) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateFailure("sorts " + PythonValues.typeName(value) + " as a mapping");
    }
    long by = "value".equals(arguments.get(1, "by", "key")) ? 1 : 0;
    Comparator<Object> order = order(by, arguments.flag(0, "case_sensitive", false));
    List<Object> items = Members.items(map);
    items.sort(arguments.flag(2, "reverse", false) ? order.reversed() : order);
    return items;
  }

  private List<Object> groups(Object value, CallArguments arguments) {
    Object attribute = arguments.get(0, "attribute", null);
    List<Object> sorted = new ArrayList<>(PythonValues.iterate(value));
    sorted.sort(order(attribute, false));
    Map<Object, List<Object>> groups = new LinkedHashMap<>();
    for (Object item : sorted) {
      groups.computeIfAbsent(member(members, item, attribute), key -> new ArrayList<>()).add(item);
    }
    List<Object> pairs = new ArrayList<>();
    groups.forEach((key, items) -> {
      List<Object> pair = new ArrayList<>();
      Collections.addAll(pair, key, items);
      pairs.add(new Tuple(pair));
    });
    return pairs;
  }

  /** A member by its path, such as {@code function.name}, or an item by its number. */
  static Object member(Members members, Object item, Object path) {
    if (!(path instanceof String text)) {
      return members.item(item, path);
    }
    Object value = item;
    for (String name : text.split("\\.", -1)) {
      Object key = name.matches("[0-9]{1,9}") ? (Object) Long.valueOf(name) : name;
      value = members.item(value, key);
    }
    return value;
  }

  static List<Object> sorted(Collection<?> items, Budget budget) {
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort((a, b) -> PythonValues.compare(a, b, budget));
    return sorted;
  }
}
