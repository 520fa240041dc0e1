package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.IntBuffer;

/** An array of {@code int} outside the Java heap. */
public final class IntArray extends TornadoNativeArray {
  private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT_UNALIGNED;

  /** An array of zeros. */
  public IntArray(int numberOfElements) {
    super(numberOfElements, 4);
  }

  /** The arrays' elements, one after the other. */
  public IntArray(IntArray... arrays) {
    super(4, arrays);
  }

  private IntArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 4);
  }

  /** Copies a heap array. */
  public static IntArray fromArray(int[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static IntArray fromElements(int... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static IntArray fromSegment(MemorySegment segment) {
    IntArray array = new IntArray(elements(segment, 4));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static IntArray fromSegmentShallow(MemorySegment segment) {
    return new IntArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static IntArray fromIntBuffer(IntBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(IntArray array, int value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static IntArray concat(IntArray... arrays) {
    return new IntArray(arrays);
  }

  /** A copy on the Java heap. */
  public int[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, int value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public int get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(int value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public IntArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
