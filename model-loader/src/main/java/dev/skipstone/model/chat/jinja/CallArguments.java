package dev.skipstone.model.chat.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values handed to a function: some by their place, some by their name. */
record CallArguments(List<Object> positional, Map<String, Object> named) {
  static final CallArguments NONE = new CallArguments(List.of(), Map.of());

  static CallArguments of(Object... values) {
    return new CallArguments(Arrays.asList(values), Map.of());
  }

  /** The value of a parameter, or what it is where it is not given. */
  Object get(int place, String name, Object missing) {
    return place < positional.size() ? positional.get(place) : named.getOrDefault(name, missing);
  }

  String text(int place, String name, String missing) {
    Object value = get(place, name, missing);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new TemplateFailure("hands " + name + " something else than a string");
  }

  long number(int place, String name, long missing) {
    return PythonValues.integer(get(place, name, missing), name);
  }

  boolean flag(int place, String name, boolean missing) {
    return PythonValues.truth(get(place, name, missing));
  }

  /** Refuses more values, or others, than a function takes. */
  CallArguments limit(String function, int most, String... names) {
    if (positional.size() > most || !Set.of(names).containsAll(named.keySet())) {
      throw new TemplateFailure("calls " + function + "() in a way that is not supported");
    }
    return this;
  }
}
