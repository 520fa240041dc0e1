package dev.skipstone.benchmarks.convert;

import dev.skipstone.model.TensorType;
import java.nio.ByteBuffer;

/** A type that matrices can be put into, and what a GGUF file of such calls itself. */
public enum MatrixType {
  /** IEEE 754 binary16, rounded to the nearest. */
  F16(TensorType.F16, 1) {
    @Override
    void encode(float[] values, int first, ByteBuffer out) {
      out.putShort(Float.floatToFloat16(values[first]));
    }
  },
  /** Blocks of 32 values: q = round(x / d) with the scale d = max |x| / 127. */
  Q8_0(TensorType.Q8_0, 7) {
    @Override
    void encode(float[] values, int first, ByteBuffer out) {
      float largest = 0;
      for (int i = 0; i < tensorType().blockSize(); i++) {
        largest = Math.max(largest, Math.abs(values[first + i]));
      }
      float scale = largest / Byte.MAX_VALUE;
      out.putShort(Float.floatToFloat16(scale));
      for (int i = 0; i < tensorType().blockSize(); i++) {
        out.put((byte) (scale == 0 ? 0 : Math.round(values[first + i] / scale)));
      }
    }
  };

  private final TensorType tensorType;
  private final int fileType;

  MatrixType(TensorType tensorType, int fileType) {
    this.tensorType = tensorType;
    this.fileType = fileType;
  }

  /** How the matrices are encoded. */
  public TensorType tensorType() {
    return tensorType;
  }

  /** What {@code general.file_type} says of a file whose matrices are mostly of this type. */
  int fileType() {
    return fileType;
  }

  /** Encodes one block. */
  abstract void encode(float[] values, int first, ByteBuffer out);
}
