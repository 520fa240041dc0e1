package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The arrays among an operation's arguments, by their place in them, such as "matrix.words". */
final class ArgumentArrays {
  private ArgumentArrays() {}

  static Map<String, Object> of(Arguments arguments) {
    Map<String, Object> arrays = new LinkedHashMap<>();
    collect("", (Record) arguments, arrays);
    return arrays;
  }

  private static void collect(String prefix, Record record, Map<String, Object> arrays) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = prefix + component.getName();
      Object value = value(component, record);
      if (value instanceof IntArray || value instanceof FloatArray) {
        arrays.put(name, value);
      } else if (value instanceof Record inner) {
        collect(name + ".", inner, arrays);
      }
    }
  }

  private static Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " can't be read", e);
    }
  }

  /** An array's content; every int and every float is a double exactly. */
  static double[] content(Object array) {
    double[] content = new double[size(array)];
    for (int i = 0; i < content.length; i++) {
      content[i] = get(array, i);
    }
    return content;
  }

  static int size(Object array) {
    return array instanceof IntArray ints ? ints.getSize() : ((FloatArray) array).getSize();
  }

  static double get(Object array, int index) {
    return array instanceof IntArray ints ? ints.get(index) : ((FloatArray) array).get(index);
  }

  static void set(Object array, double[] content) {
    for (int i = 0; i < content.length; i++) {
      if (array instanceof IntArray ints) {
        ints.set(i, (int) content[i]);
      } else {
        ((FloatArray) array).set(i, (float) content[i]);
      }
    }
  }

  /** What becomes of a component of arguments. */
  @FunctionalInterface
  interface Change {
    Object apply(String name, Object value);
  }

  /** Arguments with other components. */
  static Arguments with(Arguments arguments, Change change) {
    RecordComponent[] components = arguments.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      Object value = value(components[i], (Record) arguments);
      values[i] = change.apply(components[i].getName(), value);
    }
    try {
      return arguments.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(arguments.getClass() + " can't be copied", e);
    }
  }
}
