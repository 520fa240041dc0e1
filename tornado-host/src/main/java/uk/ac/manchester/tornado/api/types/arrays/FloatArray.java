package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;

/** An array of {@code float} outside the Java heap. */
public final class FloatArray extends TornadoNativeArray {
  private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** An array of zeros. */
  public FloatArray(int numberOfElements) {
    super(numberOfElements, 4);
  }

  /** The arrays' elements, one after the other. */
  public FloatArray(FloatArray... arrays) {
    super(4, arrays);
  }

  private FloatArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 4);
  }

  /** Copies a heap array. */
  public static FloatArray fromArray(float[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static FloatArray fromElements(float... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static FloatArray fromSegment(MemorySegment segment) {
    FloatArray array = new FloatArray(elements(segment, 4));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static FloatArray fromSegmentShallow(MemorySegment segment) {
    return new FloatArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static FloatArray fromFloatBuffer(FloatBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(FloatArray array, float value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static FloatArray concat(FloatArray... arrays) {
    return new FloatArray(arrays);
  }

  /** A copy on the Java heap. */
  public float[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, float value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public float get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(float value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public FloatArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
