package dev.skipstone.tornado.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.sanitizer.FaultKind;
import dev.skipstone.tornado.host.sanitizer.Finding;
import dev.skipstone.tornado.host.sanitizer.KernelSanitizer;
import dev.skipstone.tornado.host.sanitizer.Report;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A warp's matrix operations give the product of two small matrices. */
final class MatrixFragmentsTest {
  private static final int ROWS = 16;
  private static final int COLUMNS = 8;
  private static final NdRange WARP = new NdRange(new Size(32, 1, 1), new Size(32, 1, 1));

  static void halves(KernelContext context, HalfFloatArray a, HalfFloatArray b, FloatArray c) {
    int[] tileOfA = context.allocateIntLocalArray(128);
    int[] tileOfB = context.allocateIntLocalArray(64);
    for (int i = context.localIdx; i < 128; i += 32) {
      context.asyncCopyToLocal(tileOfA, i, a, 2 * i);
    }
    context.asyncCopyCommit();
    context.asyncCopyWaitGroup(0);
    for (int i = context.localIdx; i < 64; i += 32) {
      int low = b.get(2 * i).getHalfFloatValue() & 0xffff;
      tileOfB[i] = low | (b.get(2 * i + 1).getHalfFloatValue() << 16);
    }
    context.localBarrier();
    float[] d =
        context.mma(
            context.mmaLoadA(tileOfA, 16),
            context.mmaLoadB(tileOfB, 16),
            context.mmaFragment(1f),
            MMAShape.M16N8K16);
    context.mmaStore(d, c, 0, 0, COLUMNS);
  }

  static void withoutBarrier(
      KernelContext context, HalfFloatArray a, HalfFloatArray b, FloatArray c) {
    int[] tile = context.allocateIntLocalArray(192);
    for (int i = context.localIdx; i < 128; i += 32) {
      context.asyncCopyToLocal(tile, i, a, 2 * i);
    }
    for (int i = context.localIdx; i < 64; i += 32) {
      context.asyncCopyToLocal(tile, 128 + i, b, 2 * i);
    }
    HalfFloat[] left = context.mmaLoadA(tile, 16);
    HalfFloat[] right = context.mmaLoadB(tile, 16, 512);
    float[] d = context.mma(left, right, context.mmaFragment(1f), MMAShape.M16N8K16);
    context.mmaStore(d, c, 0, 0, COLUMNS);
  }

  static void swizzled(KernelContext context, HalfFloatArray a, HalfFloatArray b, FloatArray c) {
    int[] tileOfA = context.allocateIntLocalArray(128);
    HalfFloat[] tileOfB = context.allocateHalfFloatLocalArray(128);
    for (int i = context.localIdx; i < 128; i += 32) {
      context.asyncCopyToLocal(tileOfA, i, a, 2 * i);
      context.swizzleStoreFp16Stride32(tileOfB, i / 8, i % 8, 8, b.get(i));
    }
    context.localBarrier();
    HalfFloat[] left = context.mmaLoadA(tileOfA, 16);
    HalfFloat[] right = context.mmaLoadBSwizzled(tileOfB, 16);
    float[] d = context.mma(left, right, context.mmaFragment(1f), MMAShape.M16N8K16);
    context.mmaStore(d, c, 0, 0, COLUMNS);
  }

  static void bytes(KernelContext context, ByteArray a, ByteArray b, IntArray c) {
    int[] tileOfA = context.allocateIntLocalArray(128);
    int[] tileOfB = context.allocateIntLocalArray(64);
    for (int i = context.localIdx; i < 128; i += 32) {
      context.asyncCopyToLocal(tileOfA, i, a, 4 * i);
    }
    for (int i = context.localIdx; i < 64; i += 32) {
      int k = i / 4 * 2;
      int column = i % 4 * 2;
      int first = (b.get(k * 8 + column) & 0xff) | ((b.get(k * 8 + 8 + column) & 0xff) << 8);
      int second = (b.get(k * 8 + column + 1) & 0xff) | ((b.get(k * 8 + 9 + column) & 0xff) << 8);
      tileOfB[i] = first | (second << 16);
    }
    context.localBarrier();
    byte[] left = context.mmaLoadAInt8(tileOfA, 32);
    byte[] right = context.mmaLoadBInt8(tileOfB, 32);
    int[] d = context.mmaInt8(left, right, context.mmaFragmentInt(1), MMAShape.M16N8K32);
    context.mmaStoreInt(d, c, 0, 0, COLUMNS);
  }

  private static Method kernel(String name) {
    return Arrays.stream(MatrixFragmentsTest.class.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static HalfFloatArray halfFloats(int size) {
    HalfFloatArray array = new HalfFloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, new HalfFloat((i * 7 % 13 - 6) / 4f));
    }
    return array;
  }

  private static ByteArray byteArray(int size) {
    ByteArray array = new ByteArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, (byte) (i * 37));
    }
    return array;
  }

  @ParameterizedTest
  @ValueSource(strings = {"halves", "swizzled"})
  void halfFloatsAreMultiplied(String kernel) {
    HalfFloatArray a = halfFloats(ROWS * 16);
    HalfFloatArray b = halfFloats(16 * COLUMNS);
    FloatArray c = new FloatArray(ROWS * COLUMNS);
    Report report = new KernelSanitizer().check(kernel(kernel), WARP, new KernelContext(), a, b, c);
    assertThat(report.clean()).as(report.toString()).isTrue();
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        float expected = 1;
        for (int k = 0; k < 16; k++) {
          expected += a.get(row * 16 + k).getFloat32() * b.get(k * COLUMNS + column).getFloat32();
        }
        assertThat(c.get(row * COLUMNS + column)).isEqualTo(expected);
      }
    }
  }

  @Test
  void bytesAreMultiplied() {
    ByteArray a = byteArray(ROWS * 32);
    ByteArray b = byteArray(32 * COLUMNS);
    IntArray c = new IntArray(ROWS * COLUMNS);
    Report report =
        new KernelSanitizer().check(kernel("bytes"), WARP, new KernelContext(), a, b, c);
    assertThat(report.clean()).as(report.toString()).isTrue();
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        int expected = 1;
        for (int k = 0; k < 32; k++) {
          expected += a.get(row * 32 + k) * b.get(k * COLUMNS + column);
        }
        assertThat(c.get(row * COLUMNS + column)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aTileThatIsLoadedBeforeTheBarrierIsFound() {
    Report report =
        new KernelSanitizer()
            .check(
                kernel("withoutBarrier"),
                WARP,
                new KernelContext(),
                halfFloats(256),
                halfFloats(128),
                new FloatArray(128));
    assertThat(report.findings()).extracting(Finding::kind).contains(FaultKind.DATA_RACE);
  }

  @Test
  void aMatrixThatIsTooSmallIsFound() {
    Report report =
        new KernelSanitizer()
            .check(
                kernel("halves"),
                WARP,
                new KernelContext(),
                halfFloats(256),
                halfFloats(128),
                new FloatArray(127));
    assertThat(report.findings()).extracting(Finding::kind).containsOnly(FaultKind.OUT_OF_BOUNDS);
    assertThat(report.findings().getFirst().index()).hasValue(127);
  }
}
