package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.DoubleBuffer;

/** An array of {@code double} outside the Java heap. */
public final class DoubleArray extends TornadoNativeArray {
  private static final ValueLayout.OfDouble LAYOUT = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  /** An array of zeros. */
  public DoubleArray(int numberOfElements) {
    super(numberOfElements, 8);
  }

  /** The arrays' elements, one after the other. */
  public DoubleArray(DoubleArray... arrays) {
    super(8, arrays);
  }

  private DoubleArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 8);
  }

  /** Copies a heap array. */
  public static DoubleArray fromArray(double[] values) {
    return fromSegment(MemorySegment.ofArray(values));
  }

  /** Copies the values. */
  public static DoubleArray fromElements(double... values) {
    return fromArray(values);
  }

  /** Copies a segment of elements in the machine's byte order. */
  public static DoubleArray fromSegment(MemorySegment segment) {
    DoubleArray array = new DoubleArray(elements(segment, 8));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static DoubleArray fromSegmentShallow(MemorySegment segment) {
    return new DoubleArray(segment);
  }

  /** Copies what remains in a buffer, whose position stays. */
  public static DoubleArray fromDoubleBuffer(DoubleBuffer buffer) {
    return fromSegment(MemorySegment.ofBuffer(buffer));
  }

  /** Sets each element. */
  public static void initialize(DoubleArray array, double value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static DoubleArray concat(DoubleArray... arrays) {
    return new DoubleArray(arrays);
  }

  /** A copy on the Java heap. */
  public double[] toHeapArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, double value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value);
  }

  public double get(int index) {
    observeRead(index);
    return data.getAtIndex(LAYOUT, index);
  }

  /** Sets each element. */
  public void init(double value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public DoubleArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
