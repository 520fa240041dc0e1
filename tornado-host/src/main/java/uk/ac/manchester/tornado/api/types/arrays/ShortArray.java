package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ShortBuffer;

/** An array of {@code short} outside the Java heap. */
public final class ShortArray extends TornadoNativeArray {
  private static final ValueLayout.OfShort LAYOUT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** An array of zeros. */
  public ShortArray(int numberOfElements) {
    super(numberOfElements, 2);
  }

  /** The arrays' elements, one after the other. */
  public ShortArray(ShortArray... arrays) {
    super(2, arrays);
  }

  private ShortArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 2);
  }

  /** Copies a heap array. */
  public static ShortArray fromArray(short[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static ShortArray fromElements(short... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static ShortArray fromSegment(MemorySegment segment) {
    ShortArray array = new ShortArray(elements(segment, 2));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static ShortArray fromSegmentShallow(MemorySegment segment) {
    return new ShortArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static ShortArray fromShortBuffer(ShortBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(ShortArray array, short value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static ShortArray concat(ShortArray... arrays) {
    return new ShortArray(arrays);
  }

  /** A copy on the Java heap. */
  public short[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, short value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public short get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(short value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public ShortArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
