package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each element of each array holds after an operation, and how far a result may be from it.
 * Elements that the operation does not write are to keep their bits.
 */
final class Expectation {
  @SuppressWarnings("ArrayRecordComponent")
  private record Content(double[] values, double[] bounds) {}

  private final Map<String, Content> arrays = new LinkedHashMap<>();
  private final Set<String> written = new LinkedHashSet<>();

  /** Nothing is written. */
  Expectation(Arguments arguments) {
    ArgumentArrays.of(arguments)
        .forEach((name, array) -> {
          double[] values = ArgumentArrays.content(array);
          arrays.put(name, new Content(values, new double[values.length]));
        });
  }

  double value(String array, int index) {
    return arrays.get(array).values[index];
  }

  /** Expects a value up to a bound on the error's size. */
  void set(String array, int index, double value, double bound) {
    Content content = arrays.get(array);
    content.values[index] = value;
    content.bounds[index] = bound;
    written.add(array);
  }

  /** Expects exactly a value. */
  void set(String array, int index, double value) {
    set(array, index, value, 0);
  }

  /** Arrays that the operation writes. */
  Set<String> written() {
    return written;
  }

  /** The first element that is not as expected, for people. */
  Optional<String> difference(Arguments actual) {
    Map<String, Object> results = ArgumentArrays.of(actual);
    for (Map.Entry<String, Content> entry : arrays.entrySet()) {
      Content content = entry.getValue();
      Object result = results.get(entry.getKey());
      for (int i = 0; i < content.values.length; i++) {
        double value = ArgumentArrays.get(result, i);
        double error = Math.abs(value - content.values[i]);
        boolean same = Double.compare(value, content.values[i]) == 0;
        // Written so that not-a-number fails.
        if (!same && !(content.bounds[i] > 0 && error <= content.bounds[i])) {
          return Optional.of(
              "%s[%d] is %s, not %s up to %s"
                  .formatted(entry.getKey(), i, value, content.values[i], content.bounds[i]));
        }
      }
    }
    return Optional.empty();
  }
}
