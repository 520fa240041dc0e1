package dev.skipstone.model.testing;

import dev.skipstone.model.Quantization;
import dev.skipstone.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Encodes blocks of the quantized types. Scales are the plainest that reach all values, where a
 * quantizer would look for better ones.
 */
final class BlockEncoder {
  private static final int[] TABLE = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private final TensorType type;
  private final Quantization quantization;
  private final ByteBuffer block;

  /** By group: what they would best be, then what they are. */
  private final float[] scales;

  private final float[] minima;

  /** Scales and minima in their units, as they are stored. */
  private final int[] storedScales;

  private final int[] storedMinima;

  /** Codes as they are stored, from 0 on. */
  private final int[] codes;

  BlockEncoder(TensorType type) {
    this.type = type;
    quantization = type.quantization().orElseThrow();
    block = ByteBuffer.allocate(type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    int groups = type.blockSize() / quantization.groupSize();
    scales = new float[groups];
    minima = new float[groups];
    storedScales = new int[groups];
    storedMinima = new int[groups];
    codes = new int[type.blockSize()];
  }

  /** The bytes of a block; the array is used again for the next. */
  byte[] encode(float[] values, int first) {
    Arrays.fill(block.array(), (byte) 0);
    for (int group = 0; group < scales.length; group++) {
      chooseScale(values, first + group * quantization.groupSize(), group);
    }
    switch (type) {
      case Q4_0, Q5_0, IQ4_NL -> scales[0] = half(0, scales[0]);
      // As ggml does: codes by the scale before it is rounded.
      case Q8_0 -> half(0, scales[0]);
      case Q4_1, Q5_1 -> {
        scales[0] = half(0, scales[0]);
        minima[0] = half(2, minima[0]);
      }
      case Q2_K -> {
        store(scales, storedScales, 80, 0, 15);
        store(minima, storedMinima, 82, -15, 0);
      }
      case Q4_K, Q5_K -> {
        store(scales, storedScales, 0, 0, 63);
        store(minima, storedMinima, 2, -63, 0);
      }
      case Q3_K -> store(scales, storedScales, 108, -32, 31);
      case Q6_K -> store(scales, storedScales, 208, -128, 127);
      case IQ4_XS -> store(scales, storedScales, 0, -32, 31);
      case F32, F16, BF16 -> throw new IllegalStateException(type + " has no codes");
    }
    for (int i = 0; i < codes.length; i++) {
      codes[i] = code(values[first + i], i / quantization.groupSize());
    }
    write();
    return block.array();
  }

  private void chooseScale(float[] values, int from, int group) {
    float low = 0;
    float high = 0;
    float largest = 0;
    boolean negative = type == TensorType.Q4_1 || type == TensorType.Q5_1;
    low = negative ? values[from] : low;
    high = negative ? low : high;
    for (int i = from; i < from + quantization.groupSize(); i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
      largest = Math.abs(values[i]) > Math.abs(largest) ? values[i] : largest;
    }
    if (quantization.hasMinimum()) {
      scales[group] = (high - low) / quantization.highest();
      minima[group] = low;
    } else if (type == TensorType.Q8_0) {
      scales[group] = Math.abs(largest) / quantization.highest();
    } else {
      // The value of largest magnitude, whichever its sign, becomes the lowest code.
      scales[group] = largest / quantization.lowest();
    }
  }

  /** Brings scales or minima to whole multiples of a float16 unit. */
  private void store(float[] wanted, int[] stored, int unitAt, int lowest, int highest) {
    float unit = 0;
    for (float value : wanted) {
      float least = value == 0 ? 0 : Math.max(value / highest, value / lowest);
      least = Float.isInfinite(least) ? Math.abs(value) / Math.max(highest, -lowest) : least;
      unit = Math.max(unit, least);
    }
    unit = half(unitAt, unit);
    for (int i = 0; i < wanted.length; i++) {
      stored[i] = unit == 0 ? 0 : Math.clamp(Math.round(wanted[i] / unit), lowest, highest);
      wanted[i] = unit * stored[i];
    }
  }

  private float half(int at, float value) {
    short bits = Float.floatToFloat16(value);
    block.putShort(at, bits);
    return Float.float16ToFloat(bits);
  }

  private int code(float value, int group) {
    float steps = scales[group] == 0 ? 0 : (value - minima[group]) / scales[group];
    if (type != TensorType.IQ4_NL && type != TensorType.IQ4_XS) {
      int lowest = quantization.lowest();
      return Math.clamp(Math.round(steps), lowest, quantization.highest()) - lowest;
    }
    int best = 0;
    for (int i = 1; i < TABLE.length; i++) {
      best = Math.abs(TABLE[i] - steps) < Math.abs(TABLE[best] - steps) ? i : best;
    }
    return best;
  }

  private void write() {
    switch (type) {
      case Q4_0, IQ4_NL -> nibbles(2, 16, 0);
      case Q4_1 -> nibbles(4, 16, 0);
      case Q5_0 -> fifthBitsAndNibbles(2);
      case Q5_1 -> fifthBitsAndNibbles(4);
      case Q8_0 -> {
        for (int i = 0; i < 32; i++) {
          block.put(2 + i, (byte) (codes[i] - 128));
        }
      }
      case Q2_K -> {
        for (int i = 0; i < 16; i++) {
          block.put(i, (byte) (storedScales[i] | -storedMinima[i] << 4));
        }
        planes(16, 2, 0);
      }
      case Q3_K -> writeQ3K();
      case Q4_K -> {
        sixBitPairs();
        wideNibbles(16);
      }
      case Q5_K -> {
        sixBitPairs();
        planes(16, 1, 4);
        wideNibbles(48);
      }
      case Q6_K -> {
        nibbles(0, 64, 0);
        nibbles(64, 64, 128);
        planes(128, 2, 4);
        for (int i = 0; i < 16; i++) {
          block.put(192 + i, (byte) storedScales[i]);
        }
      }
      case IQ4_XS -> {
        for (int i = 0; i < 8; i++) {
          int scale = storedScales[i] + 32;
          add(2 + i / 4, i % 4 * 2, scale >> 4);
          add(4 + i / 2, i % 2 * 4, scale & 15);
          nibbles(8 + 16 * i, 16, 32 * i);
        }
      }
      case F32, F16, BF16 -> throw new IllegalStateException(type + " has no codes");
    }
  }

  private void writeQ3K() {
    planes(0, 1, 2);
    planes(32, 2, 0);
    for (int i = 0; i < 16; i++) {
      int scale = storedScales[i] + 32;
      add(96 + i % 8, i / 8 * 4, scale & 15);
      add(104 + i % 4, i / 4 * 2, scale >> 4);
    }
  }

  private void sixBitPairs() {
    for (int i = 0; i < 4; i++) {
      block.put(4 + i, (byte) (storedScales[i] | storedScales[i + 4] >> 4 << 6));
      block.put(8 + i, (byte) (-storedMinima[i] | -storedMinima[i + 4] >> 4 << 6));
      block.put(12 + i, (byte) ((storedScales[i + 4] & 15) | (-storedMinima[i + 4] & 15) << 4));
    }
  }

  private void fifthBitsAndNibbles(int at) {
    for (int i = 0; i < 32; i++) {
      add(at + i / 8, i % 8, codes[i] >> 4);
    }
    nibbles(at + 4, 16, 0);
  }

  private void wideNibbles(int at) {
    for (int i = 0; i < 4; i++) {
      nibbles(at + 32 * i, 32, 64 * i);
    }
  }

  private void nibbles(int at, int count, int first) {
    for (int i = 0; i < count; i++) {
      add(at + i, 0, codes[first + i] & 15);
      add(at + i, 4, codes[first + count + i] & 15);
    }
  }

  /** Some bits of each of 256 codes: 32 bytes hold those of as many times 32 codes as fit. */
  private void planes(int at, int bits, int shift) {
    int perByte = 8 / bits;
    for (int i = 0; i < 256; i++) {
      int place = at + i / (32 * perByte) * 32 + i % 32;
      add(place, i / 32 % perByte * bits, codes[i] >> shift & (1 << bits) - 1);
    }
  }

  private void add(int at, int shift, int value) {
    block.put(at, (byte) (block.get(at) | value << shift));
  }
}
