package dev.skipstone.model.safetensors;

import dev.skipstone.model.TensorType;
import java.util.HashMap;
import java.util.Map;

/**
 * A type that a header names, supported or not.
 *
 * @param name as in the header
 * @param bytes of a value; 0 where the type is not known
 * @param type null where it is not supported
 */
record DataType(String name, int bytes, TensorType type) {
  /** The types that are supported, for messages. */
  static final String SUPPORTED = "F32, F16, BF16";

  private static final Map<String, DataType> BY_NAME = new HashMap<>();

  static {
    add("F32", Float.BYTES, TensorType.F32);
    add("F16", Short.BYTES, TensorType.F16);
    add("BF16", Short.BYTES, TensorType.BF16);
    for (String name : new String[] {"BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"}) {
      add(name, Byte.BYTES, null);
    }
    add("U16", Short.BYTES, null);
    add("I16", Short.BYTES, null);
    add("U32", Integer.BYTES, null);
    add("I32", Integer.BYTES, null);
    add("U64", Long.BYTES, null);
    add("I64", Long.BYTES, null);
    add("F64", Double.BYTES, null);
  }

  static DataType of(String name) {
    return BY_NAME.getOrDefault(name, new DataType(name, 0, null));
  }

  private static void add(String name, int bytes, TensorType type) {
    BY_NAME.put(name, new DataType(name, bytes, type));
  }
}
