package dev.skipstone.model.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a safetensors file, whole or not at all: tensors and metadata stand in it in the order of
 * the calls. Values are not copied before {@link #write}.
 */
public final class SafetensorsWriter {
  /** Of the header's length, so that float32 values are aligned. */
  private static final int ALIGNMENT = 8;

  /** Values that are encoded at once. */
  private static final int PIECE = 1 << 14;

  /** {@code values} as given, not encoded yet. */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  private record Pending(TensorType type, float[] values, long[] shape) {
    long bytes() {
      return (long) values.length * type.blockBytes();
    }
  }

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Pending> tensors = new LinkedHashMap<>();

  /** Sets a metadata value, or replaces it. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds a tensor, or replaces one of the same name.
   *
   * @param type F32 or F16; float32 values are rounded to the nearest float16
   * @param values row after row; not to be changed before the file is written
   * @param shape dimensions, outermost first
   * @throws IllegalArgumentException for another type, for the metadata's own name, for values that
   *     are not as many as the shape says, or for a value that is not finite in the type
   */
  public SafetensorsWriter tensor(String name, TensorType type, float[] values, long... shape) {
    if (type != TensorType.F32 && type != TensorType.F16) {
      throw new IllegalArgumentException("tensors are written as F32 or F16, not " + type);
    }
    if (name.equals(HeaderParser.METADATA)) {
      throw new IllegalArgumentException("no tensor can be named " + name);
    }
    if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != values.length) {
      throw new IllegalArgumentException(
          "tensor %s: %d values for the shape %s"
              .formatted(name, values.length, Arrays.toString(shape)));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(type == TensorType.F16 ? half(values[i]) : values[i])) {
        throw new IllegalArgumentException(
            "tensor %s: value %d, %s, is not finite in %s".formatted(name, i, values[i], type));
      }
    }
    tensors.put(name, new Pending(type, values, shape.clone()));
    return this;
  }

  private static float half(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  /**
   * Writes the file. What is there stays until everything is on disk beside it, and then is
   * replaced.
   *
   * @param file in a folder that exists
   * @return the file
   * @throws IOException if it can't be written; then nothing is left of it
   */
  public Path write(Path file) throws IOException {
    // Where the file is a link, what it leads to is replaced.
    Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
    Path part =
        target.resolveSibling(".skipstone-%x.part".formatted(new SecureRandom().nextLong()));
    try {
      try (FileChannel out =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeTo(out);
        out.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }

  private void writeTo(FileChannel out) throws IOException {
    byte[] header = header();
    int padded = Math.ceilDiv(header.length, ALIGNMENT) * ALIGNMENT;
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    writeAll(out, start.flip());
    ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Pending tensor : tensors.values()) {
      float[] values = tensor.values;
      for (int from = 0; from < values.length; from += PIECE) {
        encode(tensor.type, values, from, Math.min(values.length, from + PIECE), piece.clear());
        writeAll(out, piece.flip());
      }
    }
  }

  private static void encode(TensorType type, float[] values, int from, int to, ByteBuffer out) {
    for (int i = from; i < to; i++) {
      if (type == TensorType.F16) {
        out.putShort(Float.floatToFloat16(values[i]));
      } else {
        out.putFloat(values[i]);
      }
    }
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  private byte[] header() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(HeaderParser.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Pending> entry : tensors.entrySet()) {
        Pending tensor = entry.getValue();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", tensor.type.name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape, 0, tensor.shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, begin + tensor.bytes()}, 0, 2);
        json.writeEndObject();
        begin += tensor.bytes();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
