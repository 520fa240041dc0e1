package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.CharBuffer;

/** An array of {@code char} outside the Java heap. */
public final class CharArray extends TornadoNativeArray {
  private static final ValueLayout.OfChar LAYOUT = ValueLayout.JAVA_CHAR_UNALIGNED;

  /** An array of zeros. */
  public CharArray(int numberOfElements) {
    super(numberOfElements, 2);
  }

  /** The arrays' elements, one after the other. */
  public CharArray(CharArray... arrays) {
    super(2, arrays);
  }

  private CharArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 2);
  }

  /** Copies a heap array. */
  public static CharArray fromArray(char[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static CharArray fromElements(char... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static CharArray fromSegment(MemorySegment segment) {
    CharArray array = new CharArray(elements(segment, 2));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static CharArray fromSegmentShallow(MemorySegment segment) {
    return new CharArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static CharArray fromCharBuffer(CharBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(CharArray array, char value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static CharArray concat(CharArray... arrays) {
    return new CharArray(arrays);
  }

  /** A copy on the Java heap. */
  public char[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, char value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public char get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(char value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public CharArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
