package dev.skipstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Blocks of any bytes: what comes from a file is not always what a quantizer wrote. */
final class CodesPropertyTest {
  @Provide
  Arbitrary<TensorType> quantized() {
    return Arbitraries.of(
        Arrays.stream(TensorType.values())
            .filter(type -> type.quantization().isPresent())
            .toList());
  }

  @Property(tries = 500)
  void codesAreInTheirRangeAndMakeTheValues(
      @ForAll("quantized") TensorType type,
      @ForAll @IntRange(min = 1, max = 3) int blocks,
      @ForAll long seed) {
    Quantization quantization = type.quantization().orElseThrow();
    byte[] source = new byte[blocks * type.blockBytes()];
    new Random(seed).nextBytes(source);
    int count = blocks * type.blockSize();
    byte[] codes = new byte[count];
    float[] scales = new float[count / quantization.groupSize()];
    float[] minima = new float[scales.length];
    float[] values = new float[count];

    type.readCodes(source, blocks, codes, scales, minima);
    type.decode(MemorySegment.ofArray(source), 0, blocks, values, 0);

    for (int i = 0; i < count; i++) {
      int group = i / quantization.groupSize();
      assertThat((int) codes[i]).isBetween(quantization.lowest(), quantization.highest());
      float product = scales[group] * codes[i];
      // Float.compare: NaN where a scale is no number, and nowhere else.
      float expected = quantization.hasMinimum() ? product + minima[group] : product;
      assertThat(Float.compare(values[i], expected)).as("value %d", i).isZero();
      if (Float.isFinite(scales[group]) && Float.isFinite(minima[group])) {
        assertThat(values[i]).isFinite();
      }
    }
    if (!quantization.hasMinimum()) {
      assertThat(minima).containsOnly(0);
    }
  }

  @Property(tries = 200)
  void blocksDoNotDependOnEachOther(@ForAll("quantized") TensorType type, @ForAll long seed) {
    byte[] source = new byte[3 * type.blockBytes()];
    new Random(seed).nextBytes(source);
    float[] all = new float[3 * type.blockSize()];
    type.decode(MemorySegment.ofArray(source), 0, 3, all, 0);
    float[] second = new float[type.blockSize()];
    type.decode(MemorySegment.ofArray(source), 1, 1, second, 0);

    float[] expected = Arrays.copyOfRange(all, type.blockSize(), 2 * type.blockSize());
    assertThat(Arrays.equals(second, expected)).isTrue();
  }

  @Property(tries = 100)
  void arraysThatAreTooSmallAreRefused(
      @ForAll("quantized") TensorType type, @ForAll @IntRange(max = 2) int which) {
    int groups = type.blockSize() / type.quantization().orElseThrow().groupSize();
    byte[] source = new byte[type.blockBytes() - (which == 0 ? 1 : 0)];
    byte[] codes = new byte[type.blockSize() - (which == 1 ? 1 : 0)];
    float[] scales = new float[groups - (which == 2 ? 1 : 0)];
    assertThatThrownBy(() -> type.readCodes(source, 1, codes, scales, new float[groups]))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
