package dev.skipstone.runtime.pass;

import java.util.List;

/**
 * Something that executes passes, or why it can't.
 *
 * @param backend name of its backend
 * @param index among the backend's devices
 * @param name for people
 * @param memory bytes of memory that it has; 0 where that is not known
 * @param features such as instruction sets or extensions
 * @param problem why it does not work here; null where it does
 */
public record Device(
    String backend, int index, String name, long memory, List<String> features, String problem) {
  public Device {
    features = List.copyOf(features);
  }

  public boolean works() {
    return problem == null;
  }
}
