package dev.skipstone.model.testing;

import dev.skipstone.model.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes GGUF files, sound ones and, because nothing is checked, broken ones. Metadata and tensors
 * stand in the file in the order of the calls.
 */
public final class GgufWriter {
  /** An array as an element of another array. */
  public record Array(GgufKind kind, List<?> elements) {}

  private record Entry(String key, GgufKind kind, Object value) {}

  /** {@code offset} is relative to the data section; {@code data} null where only declared. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  private record Declared(String name, int typeId, long[] dimensions, long offset, byte[] data) {}

  private static final int DEFAULT_ALIGNMENT = 32;

  private final List<Entry> metadata = new ArrayList<>();
  private final List<Declared> tensors = new ArrayList<>();
  private int version = 3;
  private int alignment = DEFAULT_ALIGNMENT;
  private long dataSize;
  private ByteBuffer out = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  public GgufWriter version(int version) {
    this.version = version;
    return this;
  }

  /** Sets the alignment of tensors, to call before the first one, and its metadata key. */
  public GgufWriter alignment(int alignment) {
    this.alignment = alignment;
    return uint32("general.alignment", alignment);
  }

  /**
   * Adds a metadata value of any kind.
   *
   * @param value a Number for the numeric kinds (cut to their width), a Boolean, a String, or an
   *     {@link Array}
   */
  public GgufWriter put(String key, GgufKind kind, Object value) {
    metadata.add(new Entry(key, kind, value));
    return this;
  }

  public GgufWriter string(String key, String value) {
    return put(key, GgufKind.STRING, value);
  }

  public GgufWriter uint32(String key, long value) {
    return put(key, GgufKind.UINT32, value);
  }

  public GgufWriter float32(String key, float value) {
    return put(key, GgufKind.FLOAT32, value);
  }

  public GgufWriter bool(String key, boolean value) {
    return put(key, GgufKind.BOOL, value);
  }

  public GgufWriter array(String key, GgufKind kind, List<?> elements) {
    return put(key, GgufKind.ARRAY, new Array(kind, List.copyOf(elements)));
  }

  /** Removes a metadata value; no effect where there is none of that key. */
  public GgufWriter without(String key) {
    metadata.removeIf(entry -> entry.key().equals(key));
    return this;
  }

  /** Replaces a metadata value in its place, or adds it. */
  public GgufWriter replace(String key, GgufKind kind, Object value) {
    Entry replacement = new Entry(key, kind, value);
    for (int i = 0; i < metadata.size(); i++) {
      if (metadata.get(i).key().equals(key)) {
        metadata.set(i, replacement);
        return this;
      }
    }
    metadata.add(replacement);
    return this;
  }

  /** Replaces a metadata value by another file's. */
  public GgufWriter replaceFrom(GgufWriter other, String key) {
    for (Entry entry : other.metadata) {
      if (entry.key().equals(key)) {
        return replace(key, entry.kind(), entry.value());
      }
    }
    throw new IllegalArgumentException("the other file has no " + key);
  }

  /**
   * Adds a tensor with encoded values.
   *
   * @param shape dimensions, outermost first
   */
  public GgufWriter tensor(String name, int typeId, byte[] data, long... shape) {
    tensors.add(new Declared(name, typeId, reversed(shape), dataSize, data));
    dataSize = aligned(dataSize + data.length);
    return this;
  }

  /**
   * Adds a tensor, encoding its values.
   *
   * @param shape dimensions, outermost first
   */
  public GgufWriter tensor(String name, TensorType type, float[] values, long... shape) {
    return tensor(name, type.ggufId(), Encoder.encode(type, values), shape);
  }

  /**
   * Adds a tensor's header without its data.
   *
   * @param offset as written in the header, relative to the data section
   * @param shape dimensions, outermost first
   */
  public GgufWriter header(String name, int typeId, long offset, long... shape) {
    tensors.add(new Declared(name, typeId, reversed(shape), offset, null));
    return this;
  }

  /** Removes a tensor's header and leaves its data; no effect where there is none of that name. */
  public GgufWriter withoutTensor(String name) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).name().equals(name)) {
        tensors.remove(i);
        return this;
      }
    }
    return this;
  }

  /** The file's content. */
  public byte[] toBytes() {
    out.clear();
    int32(0x46554747);
    int32(version);
    int64(tensors.size());
    int64(metadata.size());
    for (Entry entry : metadata) {
      text(entry.key());
      int32(entry.kind().id());
      value(entry.kind(), entry.value());
    }
    for (Declared tensor : tensors) {
      text(tensor.name());
      int32(tensor.dimensions().length);
      for (long dimension : tensor.dimensions()) {
        int64(dimension);
      }
      int32(tensor.typeId());
      int64(tensor.offset());
    }
    long start = aligned(out.position());
    for (Declared tensor : tensors) {
      if (tensor.data() != null) {
        padTo(start + tensor.offset());
        room(tensor.data().length).put(tensor.data());
      }
    }
    padTo(start + dataSize);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** Writes the file and returns its path. */
  public Path write(Path file) {
    try {
      return Files.write(file, toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void value(GgufKind kind, Object value) {
    switch (kind) {
      case UINT8, INT8 -> room(1).put(((Number) value).byteValue());
      case UINT16, INT16 -> room(2).putShort(((Number) value).shortValue());
      case UINT32, INT32 -> int32((int) ((Number) value).longValue());
      case UINT64, INT64 -> int64(((Number) value).longValue());
      case FLOAT32 -> room(4).putFloat(((Number) value).floatValue());
      case FLOAT64 -> room(8).putDouble(((Number) value).doubleValue());
      case BOOL -> room(1).put((byte) ((Boolean) value ? 1 : 0));
      case STRING -> text((String) value);
      case ARRAY -> {
        Array array = (Array) value;
        int32(array.kind().id());
        int64(array.elements().size());
        array.elements().forEach(element -> value(array.kind(), element));
      }
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(bytes.length);
    room(bytes.length).put(bytes);
  }

  private void int32(int value) {
    room(4).putInt(value);
  }

  private void int64(long value) {
    room(8).putLong(value);
  }

  private void padTo(long position) {
    while (out.position() < position) {
      room(1).put((byte) 0);
    }
  }

  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.max(2 * out.capacity(), out.position() + bytes);
      out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
    }
    return out;
  }

  private long aligned(long position) {
    return Math.ceilDiv(position, (long) alignment) * alignment;
  }

  private static long[] reversed(long[] shape) {
    long[] dimensions = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dimensions[i] = shape[shape.length - 1 - i];
    }
    return dimensions;
  }
}
