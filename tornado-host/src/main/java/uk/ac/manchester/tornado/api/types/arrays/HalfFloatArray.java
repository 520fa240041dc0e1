package uk.ac.manchester.tornado.api.types.arrays;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.vectors.Half2;

/** An array of IEEE 754 half-precision floats outside the Java heap. */
public final class HalfFloatArray extends TornadoNativeArray {
  private static final ValueLayout.OfShort LAYOUT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** An array of zeros. */
  public HalfFloatArray(int numberOfElements) {
    super(numberOfElements, 2);
  }

  /** The arrays' elements, one after the other. */
  public HalfFloatArray(HalfFloatArray... arrays) {
    super(2, arrays);
  }

  private HalfFloatArray(MemorySegment segmentWithHeader) {
    super(segmentWithHeader, 2);
  }

  /** Copies a heap array. */
  public static HalfFloatArray fromArray(HalfFloat[] values) {
    HalfFloatArray array = new HalfFloatArray(values.length);
    for (int i = 0; i < values.length; i++) {
      array.set(i, values[i]);
    }
    return array;
  }

  /** Copies the values. */
  public static HalfFloatArray fromElements(HalfFloat... values) {
    return fromArray(values);
  }

  /** Copies a segment of half floats in the machine's byte order. */
  public static HalfFloatArray fromSegment(MemorySegment segment) {
    HalfFloatArray array = new HalfFloatArray(elements(segment, 2));
    array.data.copyFrom(segment);
    return array;
  }

  /** Wraps a segment that starts with a header of {@link #ARRAY_HEADER} bytes, without a copy. */
  public static HalfFloatArray fromSegmentShallow(MemorySegment segment) {
    return new HalfFloatArray(segment);
  }

  /** Sets each element. */
  public static void initialize(HalfFloatArray array, HalfFloat value) {
    array.init(value);
  }

  /** The arrays' elements, one after the other, in a new array. */
  public static HalfFloatArray concat(HalfFloatArray... arrays) {
    return new HalfFloatArray(arrays);
  }

  /** A copy on the Java heap. */
  public HalfFloat[] toHeapArray() {
    HalfFloat[] values = new HalfFloat[getSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = get(i);
    }
    return values;
  }

  /** The elements' bits. */
  public short[] toShortArray() {
    observeReads();
    return data.toArray(LAYOUT);
  }

  public void set(int index, HalfFloat value) {
    observeWrite(index);
    data.setAtIndex(LAYOUT, index, value.getHalfFloatValue());
  }

  public HalfFloat get(int index) {
    observeRead(index);
    return new HalfFloat(data.getAtIndex(LAYOUT, index));
  }

  /**
   * Two elements that a device loads at once.
   *
   * @param index of the first, an even number
   */
  public Half2 getHalf2(int index) {
    return new Half2(get(index), get(index + 1));
  }

  /** Writes two elements at once; the first has an even index. */
  public void setHalf2(int index, Half2 value) {
    set(index, value.getX());
    set(index + 1, value.getY());
  }

  /** Sets each element. */
  public void init(HalfFloat value) {
    for (int i = 0; i < getSize(); i++) {
      set(i, value);
    }
  }

  /** A copy of {@code length} elements from {@code offset} on. */
  public HalfFloatArray slice(int offset, int length) {
    return fromSegment(part(offset, length));
  }
}
