package dev.skipstone.model.gguf;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** An array of fixed-size values, kept as the bytes of the file. */
final class PackedList extends AbstractList<Object> implements RandomAccess {
  private final ValueType type;
  private final byte[] bytes;

  /**
   * @param bytes whole values; not to be changed
   */
  PackedList(ValueType type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  @Override
  public Object get(int index) {
    Objects.checkIndex(index, size());
    return type.read(bytes, index * type.leastBytes());
  }

  @Override
  public int size() {
    return bytes.length / type.leastBytes();
  }
}
