package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import uk.ac.manchester.tornado.api.types.HalfFloat;

/** An array of {@code byte} outside the Java heap. */
public final class ByteArray extends TornadoNativeArray {
  private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;

  /** An array of zeros. */
  public ByteArray(int numberOfElements) {
    super(numberOfElements, 1);
  }

  /** The arrays' elements, one after the other. */
  public ByteArray(ByteArray... arrays) {
    super(1, arrays);
  }

  private ByteArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 1);
  }

  /** Copies a heap array. */
  public static ByteArray fromArray(byte[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static ByteArray fromElements(byte... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static ByteArray fromSegment(MemorySegment segment) {
    ByteArray array = new ByteArray(elements(segment, 1));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static ByteArray fromSegmentShallow(MemorySegment segment) {
    return new ByteArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static ByteArray fromByteBuffer(ByteBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(ByteArray array, byte value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static ByteArray concat(ByteArray... arrays) {
    return new ByteArray(arrays);
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

  /**
   * The half float in two bytes, little-endian.
   *
   * @param byteIndex even
   */
  public HalfFloat getHalfFloat(int byteIndex) {
    checkEven(byteIndex);
    observeRead(byteIndex);
    observeRead(byteIndex + 1);
    return new HalfFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex));
  }

  /** Writes a half float to two bytes, of which the first has an even index. */
  public void setHalfFloat(int byteIndex, HalfFloat value) {
    checkEven(byteIndex);
    observeWrite(byteIndex);
    observeWrite(byteIndex + 1);
    data.set(ValueLayout.JAVA_SHORT_UNALIGNED, byteIndex, value.getHalfFloatValue());
  }

  private static void checkEven(int byteIndex) {
    if (byteIndex % 2 != 0) {
      throw new IllegalArgumentException(
          "a half float starts at an even byte index, not at " + byteIndex);
    }
  }

  /** Sets each element. */
  public void init(byte value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public ByteArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
