package dev.skipstone.model.gguf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The kinds of metadata value, in the order of their numbers in a file. */
enum ValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private static final ValueType[] TYPES = values();

  private final int leastBytes;

  ValueType(int leastBytes) {
    this.leastBytes = leastBytes;
  }

  /** The type of a number in a file; null where there is none. */
  static ValueType of(int id) {
    return id >= 0 && id < TYPES.length ? TYPES[id] : null;
  }

  /** The type's number in a file. */
  int id() {
    return Arrays.asList(TYPES).indexOf(this);
  }

  /** The fewest bytes that a value takes: all of it, but for strings and arrays. */
  int leastBytes() {
    return leastBytes;
  }

  boolean fixedSize() {
    return this != STRING && this != ARRAY;
  }

  /** Reads a value of fixed size; unsigned numbers come as a wider type that holds them. */
  Object read(byte[] bytes, int at) {
    return switch (this) {
      case UINT8 -> Byte.toUnsignedInt(bytes[at]);
      case INT8 -> (int) bytes[at];
      case UINT16 -> Short.toUnsignedInt((short) SHORT.get(bytes, at));
      case INT16 -> (int) (short) SHORT.get(bytes, at);
      case UINT32 -> Integer.toUnsignedLong((int) INT.get(bytes, at));
      case INT32 -> (int) INT.get(bytes, at);
      case FLOAT32 -> (float) FLOAT.get(bytes, at);
      case BOOL -> bytes[at] != 0;
      case UINT64 -> unsigned((long) LONG.get(bytes, at));
      case INT64 -> (long) LONG.get(bytes, at);
      case FLOAT64 -> (double) DOUBLE.get(bytes, at);
      case STRING, ARRAY -> throw new IllegalStateException(this + " has no fixed size");
    };
  }

  private static Object unsigned(long value) {
    return value >= 0 ? value : new BigInteger(Long.toUnsignedString(value));
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
