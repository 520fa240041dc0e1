package dev.skipstone.model.gguf;

import dev.skipstone.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Puts together the header of a GGUF file, version 3. Metadata and tensors stand in it in the order
 * of the calls, and so do the tensors' values behind it.
 */
public final class GgufHeaderWriter {
  private static final int VERSION = 3;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private final int alignment;
  private long metadataCount;
  private long tensorCount;
  private long dataSize;

  /**
   * @param alignment of the tensors' values in bytes; another one than 32 needs {@code
   *     general.alignment} in the metadata
   */
  public GgufHeaderWriter(int alignment) {
    this.alignment = alignment;
  }

  /**
   * Adds a metadata value.
   *
   * @param value a String, Boolean, Integer (written as UINT32), Float, a list of Strings, of
   *     Booleans, of Integers (INT32) or of Floats, not empty
   * @throws IllegalArgumentException for any other
   */
  public void put(String key, Object value) {
    text(metadata, key);
    int32(metadata, type(value).id());
    if (value instanceof List<?> list) {
      ValueType element =
          list.getFirst() instanceof Integer ? ValueType.INT32 : type(list.getFirst());
      int32(metadata, element.id());
      int64(metadata, list.size());
      list.forEach(this::value);
    } else {
      value(value);
    }
    metadataCount++;
  }

  /** Adds all values of a map in its order. */
  public void putAll(Map<String, Object> values) {
    values.forEach(this::put);
  }

  /** Adds a metadata value just as it is in another file. */
  public void copy(GgufFile file, String key) {
    metadata.writeBytes(file.metadataEntry(key));
    metadataCount++;
  }

  private static ValueType type(Object value) {
    return switch (value) {
      case String _ -> ValueType.STRING;
      case Boolean _ -> ValueType.BOOL;
      case Integer _ -> ValueType.UINT32;
      case Float _ -> ValueType.FLOAT32;
      case List<?> _ -> ValueType.ARRAY;
      default -> throw new IllegalArgumentException("no metadata value: " + value.getClass());
    };
  }

  private void value(Object value) {
    switch (value) {
      case String text -> text(metadata, text);
      case Boolean flag -> metadata.write(flag ? 1 : 0);
      case Integer number -> int32(metadata, number);
      case Float number -> int32(metadata, Float.floatToRawIntBits(number));
      default -> throw new IllegalArgumentException("no metadata value: " + value.getClass());
    }
  }

  /**
   * Adds a tensor.
   *
   * @param shape dimensions, outermost first
   * @return where its values start behind the header
   */
  public long tensor(String name, TensorType type, List<Long> shape) {
    text(tensors, name);
    int32(tensors, shape.size());
    shape.reversed().forEach(dimension -> int64(tensors, dimension));
    int32(tensors, type.ggufId());
    long offset = aligned(dataSize);
    int64(tensors, offset);
    long values = shape.stream().reduce(1L, Math::multiplyExact);
    dataSize = offset + values / type.blockSize() * type.blockBytes();
    tensorCount++;
    return offset;
  }

  /** Bytes of the values of all tensors, with what lies between and behind them. */
  public long dataSize() {
    return aligned(dataSize);
  }

  /** The header, filled up to where the values start. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int32(out, GgufHeaderParser.MAGIC);
    int32(out, VERSION);
    int64(out, tensorCount);
    int64(out, metadataCount);
    out.writeBytes(metadata.toByteArray());
    out.writeBytes(tensors.toByteArray());
    out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
    return out.toByteArray();
  }

  private long aligned(long position) {
    return Math.ceilDiv(position, (long) alignment) * alignment;
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private static void int64(ByteArrayOutputStream out, long value) {
    out.writeBytes(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
