package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Weights without a file: codes are random, values about -1 to 1. Rows are filled up to whole
 * blocks.
 */
record RandomMatrix(TensorType type, long rows, long columns) implements Tensor {
  private static final short SCALE = Float.floatToFloat16(1f / 128);
  private static final short MINIMUM = Float.floatToFloat16(-1f / 16);

  /** For types whose scales are numbers of up to 7 bits in units of this. */
  private static final short UNIT = Float.floatToFloat16(1f / 4096);

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
    return rows * rowBlocks() * type.blockBytes();
  }

  private int rowBlocks() {
    return Math.toIntExact(Math.ceilDiv(columns, type.blockSize()));
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
        default -> {
          for (int i = 0; i < type.blockBytes(); i += Short.BYTES) {
            setShort(encoded, at + i, (short) random.nextInt());
          }
          setScales(encoded, at);
        }
      }
    }
    return encoded;
  }

  private void setScales(MemorySegment encoded, long block) {
    switch (type) {
      case Q4_1, Q5_1 -> {
        setShort(encoded, block, SCALE);
        setShort(encoded, block + Short.BYTES, MINIMUM);
      }
      case Q2_K, Q4_K, Q5_K -> {
        long units = block + (type == TensorType.Q2_K ? type.blockBytes() - 2 * Short.BYTES : 0);
        setShort(encoded, units, UNIT);
        setShort(encoded, units + Short.BYTES, UNIT);
      }
      case Q3_K, Q6_K -> setShort(encoded, block + type.blockBytes() - Short.BYTES, UNIT);
      case IQ4_XS -> setShort(encoded, block, UNIT);
      default -> setShort(encoded, block, SCALE);
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
    int blocks = rowBlocks();
    float[] row = new float[blocks * type.blockSize()];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment encoded = map(arena);
      for (long r = 0; r < rows; r++) {
        type.decode(encoded, r * blocks, blocks, row, 0);
        sink.accept(row, Math.toIntExact(columns));
      }
    }
  }
}
