package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/** Weights without a file: codes are random, scales all the same, values between -1 and 1. */
record RandomMatrix(TensorType type, long rows, long columns) implements Tensor {
  private static final short SCALE = Float.floatToFloat16(1f / 128);
  private static final short MINIMUM = Float.floatToFloat16(-1f / 16);

  @Override
  public String name() {
    return "random";
  }

  @Override
  public String typeName() {
    return type.name();
  }

  @Override
  public List<Long> shape() {
    return List.of(rows, columns);
  }

  @Override
  public long offset() {
    return 0;
  }

  @Override
  public long byteSize() {
    return rows * columns / type.blockSize() * type.blockBytes();
  }

  @Override
  public MemorySegment map(Arena arena) {
    MemorySegment encoded = arena.allocate(byteSize());
    SplittableRandom random = new SplittableRandom(3);
    for (long at = 0; at < encoded.byteSize(); at += type.blockBytes()) {
      switch (type) {
        case F32 -> encoded.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, value(random));
        case F16 -> setShort(encoded, at, Float.floatToFloat16(value(random)));
        case BF16 ->
            setShort(encoded, at, (short) (Float.floatToRawIntBits(value(random)) >>> Short.SIZE));
        case Q4_0, Q8_0 -> codes(encoded, at, Short.BYTES, random);
        case Q4_1 -> {
          codes(encoded, at, 2 * Short.BYTES, random);
          setShort(encoded, at + Short.BYTES, MINIMUM);
        }
      }
    }
    return encoded;
  }

  private void codes(MemorySegment encoded, long block, int head, SplittableRandom random) {
    setShort(encoded, block, SCALE);
    for (int i = head; i < type.blockBytes(); i += Long.BYTES) {
      encoded.set(ValueLayout.JAVA_LONG_UNALIGNED, block + i, random.nextLong());
    }
  }

  private static void setShort(MemorySegment encoded, long at, short value) {
    encoded.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, value);
  }

  private static float value(SplittableRandom random) {
    return random.nextInt(-128, 128) / 128f;
  }

  @Override
  public void forEachValue(ValueSink sink) {
    float[] row = new float[Math.toIntExact(columns)];
    int blocks = row.length / type.blockSize();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment encoded = map(arena);
      for (long r = 0; r < rows; r++) {
        type.decode(encoded, r * blocks, blocks, row, 0);
        sink.accept(row, row.length);
      }
    }
  }
}
