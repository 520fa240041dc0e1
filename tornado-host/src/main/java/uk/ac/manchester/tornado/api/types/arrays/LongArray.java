package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.LongBuffer;

/** An array of {@code long} outside the Java heap. */
public final class LongArray extends TornadoNativeArray {
  private static final ValueLayout.OfLong LAYOUT = ValueLayout.JAVA_LONG_UNALIGNED;

  /** An array of zeros. */
  public LongArray(int numberOfElements) {
    super(numberOfElements, 8);
  }

  /** The arrays' elements, one after the other. */
  public LongArray(LongArray... arrays) {
    super(8, arrays);
  }

  private LongArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 8);
  }

  /** Copies a heap array. */
  public static LongArray fromArray(long[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static LongArray fromElements(long... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static LongArray fromSegment(MemorySegment segment) {
    LongArray array = new LongArray(elements(segment, 8));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static LongArray fromSegmentShallow(MemorySegment segment) {
    return new LongArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static LongArray fromLongBuffer(LongBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(LongArray array, long value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static LongArray concat(LongArray... arrays) {
    return new LongArray(arrays);
  }

  /** A copy on the Java heap. */
  public long[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, long value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public long get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(long value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public LongArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
