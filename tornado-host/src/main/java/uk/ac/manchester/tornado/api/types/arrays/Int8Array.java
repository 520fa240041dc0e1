package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of {@code byte} outside the Java heap. */
public final class Int8Array extends TornadoNativeArray {
  private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;

  /** An array of zeros. */
  public Int8Array(int numberOfElements) {
    super(numberOfElements, 1);
  }

  /** The arrays' elements, one after the other. */
  public Int8Array(Int8Array... arrays) {
    super(1, arrays);
  }

  private Int8Array(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 1);
  }

  /** Copies a heap array. */
  public static Int8Array fromArray(byte[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static Int8Array fromElements(byte... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static Int8Array fromSegment(MemorySegment segment) {
    Int8Array array = new Int8Array(elements(segment, 1));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static Int8Array fromSegmentShallow(MemorySegment segment) {
    return new Int8Array(segment);
  }

  /** Sets each element. */
  public static void initialize(Int8Array array, byte value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static Int8Array concat(Int8Array... arrays) {
    return new Int8Array(arrays);
  }

  /** A copy on the Java heap. */
  public byte[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, byte value) {
    observeWrite(index);
    data.set(LAYOUT, index, value);
  }

  public byte get(int index) {
    observeRead(index);
    return data.get(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(byte value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public Int8Array slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
