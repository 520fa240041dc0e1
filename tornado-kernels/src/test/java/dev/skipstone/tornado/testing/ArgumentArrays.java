package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

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
      if (isArray(value)) {
        arrays.put(name, value);
      } else if (value instanceof Record inner) {
        collect(name + ".", inner, arrays);
      }
    }
  }

  private static boolean isArray(Object value) {
    return value instanceof IntArray
        || value instanceof FloatArray
        || value instanceof HalfFloatArray
        || value instanceof VectorInt4;
  }

  private static Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " can't be read", e);
    }
  }

  /** An array's content; each of its numbers is a double exactly. */
  static double[] content(Object array) {
    double[] content = new double[size(array)];
    for (int i = 0; i < content.length; i++) {
      content[i] = get(array, i);
    }
    return content;
  }

  static int size(Object array) {
    return switch (array) {
      case IntArray ints -> ints.getSize();
      case VectorInt4 vectors -> vectors.size();
      case HalfFloatArray halves -> halves.getSize();
      default -> ((FloatArray) array).getSize();
    };
  }

  static double get(Object array, int index) {
    return switch (array) {
      case IntArray ints -> ints.get(index);
      case VectorInt4 vectors -> vectors.getArray().get(index);
      case HalfFloatArray halves -> halves.get(index).getFloat32();
      default -> ((FloatArray) array).get(index);
    };
  }

  static void set(Object array, double[] content) {
    for (int i = 0; i < content.length; i++) {
      switch (array) {
        case IntArray ints -> ints.set(i, (int) content[i]);
        case VectorInt4 vectors -> vectors.getArray().set(i, (int) content[i]);
        case HalfFloatArray halves -> halves.set(i, new HalfFloat((float) content[i]));
        default -> ((FloatArray) array).set(i, (float) content[i]);
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
