package uk.ac.manchester.tornado.api.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorHalf4;
import uk.ac.manchester.tornado.api.types.vectors.Float4;
import uk.ac.manchester.tornado.api.types.vectors.Half2;
import uk.ac.manchester.tornado.api.types.vectors.Half4;
import uk.ac.manchester.tornado.api.utils.QuantizationUtils;

/** The arrays, half floats and vectors hold what is put into them. */
final class ArraysTest {
  @Property(tries = 50)
  void arraysGiveBackTheirElements(
      @ForAll float[] floats,
      @ForAll double[] doubles,
      @ForAll int[] ints,
      @ForAll long[] longs,
      @ForAll short[] shorts,
      @ForAll char[] chars,
      @ForAll byte[] bytes) {
    assertThat(FloatArray.fromArray(floats).toHeapArray()).isEqualTo(floats);
    assertThat(DoubleArray.fromArray(doubles).toHeapArray()).isEqualTo(doubles);
    assertThat(IntArray.fromArray(ints).toHeapArray()).isEqualTo(ints);
    assertThat(LongArray.fromArray(longs).toHeapArray()).isEqualTo(longs);
    assertThat(ShortArray.fromArray(shorts).toHeapArray()).isEqualTo(shorts);
    assertThat(CharArray.fromArray(chars).toHeapArray()).isEqualTo(chars);
    assertThat(ByteArray.fromArray(bytes).toHeapArray()).isEqualTo(bytes);
    assertThat(Int8Array.fromArray(bytes).toHeapArray()).isEqualTo(bytes);
  }

  @Property(tries = 200)
  void halfFloatsKeepTheirBits(@ForAll short bits) {
    HalfFloat half = new HalfFloat(bits);
    HalfFloatArray array = HalfFloatArray.fromElements(half, half);
    assertThat(array.get(1).getHalfFloatValue()).isEqualTo(bits);
    assertThat(Float.valueOf(array.get(0).getFloat32()))
        .isEqualTo(Float.valueOf(Float.float16ToFloat(bits)));
  }

  @Test
  void arithmeticOfHalfFloatsRounds() {
    HalfFloat big = new HalfFloat(2048f);
    HalfFloat one = new HalfFloat(1f);
    assertThat(HalfFloat.add(big, one).getFloat32()).isEqualTo(2048f);
    assertThat(HalfFloat.sub(big, one).getFloat32()).isEqualTo(2047f);
    assertThat(HalfFloat.mult(big, new HalfFloat(0.5f)).getFloat32()).isEqualTo(1024f);
    assertThat(HalfFloat.div(one, big).getFloat32()).isEqualTo(1 / 2048f);
  }

  @Test
  void aSegmentIsCopied() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
      FloatArray array = FloatArray.fromSegment(segment);
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 9);
      assertThat(array.toHeapArray()).containsExactly(1, 2, 3);
      assertThat(array.getNumBytesOfSegment()).isEqualTo(12);
      assertThat(array.getNumBytesOfSegmentWithHeader())
          .isEqualTo(12 + TornadoNativeArray.ARRAY_HEADER);
      assertThatThrownBy(() -> FloatArray.fromSegment(segment.asSlice(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("11 bytes are no multiple of 4");
    }
  }

  @Test
  void aShallowArraySharesItsSegment() {
    MemorySegment segment = Arena.ofAuto().allocate(TornadoNativeArray.ARRAY_HEADER + 8, 8);
    FloatArray array = FloatArray.fromSegmentShallow(segment);
    array.set(1, 5);
    assertThat(array.getSize()).isEqualTo(2);
    assertThat(segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, TornadoNativeArray.ARRAY_HEADER + 4))
        .isEqualTo(5);
  }

  @Test
  void arraysAreJoinedAndCut() {
    FloatArray a = FloatArray.fromElements(1, 2);
    FloatArray b = FloatArray.fromFloatBuffer(FloatBuffer.wrap(new float[] {3, 4, 5}));
    FloatArray all = FloatArray.concat(a, b);
    assertThat(all.toHeapArray()).containsExactly(1, 2, 3, 4, 5);
    assertThat(all.slice(1, 3).toHeapArray()).containsExactly(2, 3, 4);
    assertThatThrownBy(() -> all.slice(3, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 elements from 3 on are not inside an array of 5");
    all.clear();
    assertThat(all.toHeapArray()).containsOnly(0);
    all.init(7);
    assertThat(all.toHeapArray()).containsOnly(7);
  }

  @Test
  void anIndexOutsideIsAnError() {
    FloatArray array = new FloatArray(3);
    assertThatThrownBy(() -> array.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> array.set(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new FloatArray(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesHoldHalfFloats() {
    ByteArray bytes = new ByteArray(6);
    bytes.setHalfFloat(2, new HalfFloat(1.5f));
    assertThat(bytes.getHalfFloat(2).getFloat32()).isEqualTo(1.5f);
    assertThat(bytes.get(3)).isEqualTo((byte) 0x3e);
    assertThatThrownBy(() -> bytes.getHalfFloat(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void vectorsShareTheArray() {
    FloatArray array = FloatArray.fromElements(0, 1, 2, 3, 4, 5, 6, 7);
    VectorFloat4 vectors = new VectorFloat4(array);
    assertThat(vectors.getLength()).isEqualTo(2);
    assertThat(Float4.dot(vectors.get(0), vectors.get(1))).isEqualTo(0 + 5 + 12 + 21);
    vectors.set(0, Float4.mult(vectors.get(1), 2f));
    assertThat(array.slice(0, 4).toHeapArray()).containsExactly(8, 10, 12, 14);
    assertThat(Float4.max(vectors.get(0))).isEqualTo(14);
    assertThatThrownBy(() -> new VectorFloat4(new FloatArray(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void halfVectorsAreHalfFloats() {
    HalfFloatArray array = new HalfFloatArray(4);
    array.setHalf2(2, Half2.fromFloats(3, 4));
    assertThat(Half2.highFloat(array.getHalf2(2))).isEqualTo(4);
    VectorHalf4 vectors = new VectorHalf4(1);
    HalfFloat one = new HalfFloat(1f);
    vectors.set(0, new Half4(one, one, one, new HalfFloat(2f)));
    assertThat(Half4.dot(vectors.get(0), vectors.get(0)).getFloat32()).isEqualTo(7);
    assertThat(new Half4().getW().getFloat32()).isZero();
  }

  @Test
  void fourBytesAreMultipliedAtOnce() {
    Int8Array a = Int8Array.fromElements((byte) 9, (byte) 1, (byte) -2, (byte) 3, (byte) -128);
    assertThat(QuantizationUtils.dp4a(a, 1, a, 1, 10)).isEqualTo(10 + 1 + 4 + 9 + 16384);
    assertThat(QuantizationUtils.dp4a_packed(0x80_03_fe_01, 0x80_03_fe_01, 10))
        .isEqualTo(10 + 16384 + 9 + 4 + 1);
  }
}
