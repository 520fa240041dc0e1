package uk.ac.manchester.tornado.api.types.arrays;

import dev.skipstone.tornado.host.ArrayObserver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array outside the Java heap, which a task graph can copy to a device. */
public abstract sealed class TornadoNativeArray
    permits ByteArray,
        CharArray,
        DoubleArray,
        FloatArray,
        HalfFloatArray,
        Int8Array,
        IntArray,
        LongArray,
        ShortArray {
  /** Bytes before the first element in {@link #getSegmentWithHeader()}. */
  public static final long ARRAY_HEADER = Long.getLong("tornado.panama.objectHeader", 16);

  /** The elements. */
  final MemorySegment data;

  private final MemorySegment segmentWithHeader;
  private final int size;
  private final int elementSize;
  private ArrayObserver observer;

  TornadoNativeArray(int size, int elementSize) {
    this(
        Arena.ofAuto().allocate(ARRAY_HEADER + (long) checkSize(size) * elementSize, Long.BYTES),
        elementSize);
  }

  TornadoNativeArray(int elementSize, TornadoNativeArray... arrays) {
    this(totalSize(arrays), elementSize);
    long offset = 0;
    for (TornadoNativeArray array : arrays) {
      MemorySegment.copy(array.data, 0, data, offset, array.data.byteSize());
      offset += array.data.byteSize();
    }
  }

  TornadoNativeArray(MemorySegment segmentWithHeader, int elementSize) {
    this.segmentWithHeader = segmentWithHeader;
    this.elementSize = elementSize;
    this.data = segmentWithHeader.asSlice(ARRAY_HEADER);
    this.size = elements(data, elementSize);
    segmentWithHeader.set(ValueLayout.JAVA_INT_UNALIGNED, 0, size);
  }

  private static int checkSize(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("an array cannot have " + size + " elements");
    }
    return size;
  }

  private static int totalSize(TornadoNativeArray... arrays) {
    int total = 0;
    for (TornadoNativeArray array : arrays) {
      total = Math.addExact(total, array.size);
    }
    return total;
  }

  static int elements(MemorySegment segment, int elementSize) {
    if (segment.byteSize() % elementSize != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no multiple of %d, the size of an element"
              .formatted(segment.byteSize(), elementSize));
    }
    return Math.toIntExact(segment.byteSize() / elementSize);
  }

  final MemorySegment part(int offset, int length) {
    if (offset < 0 || length < 0 || (long) offset + length > size) {
      throw new IllegalArgumentException(
          "%d elements from %d on are not inside an array of %d".formatted(length, offset, size));
    }
    return data.asSlice((long) offset * elementSize, (long) length * elementSize);
  }

  final void observeRead(int index) {
    if (observer != null) {
      observer.read(index);
    }
  }

  final void observeWrite(int index) {
    if (observer != null) {
      observer.written(index);
    }
  }

  final void observeReads() {
    for (int i = 0; observer != null && i < size; i++) {
      observer.read(i);
    }
  }

  /** The number of elements. */
  public int getSize() {
    return size;
  }

  /** The elements, without the header. */
  public MemorySegment getSegment() {
    if (observer != null) {
      observer.exposed();
    }
    return data;
  }

  public MemorySegment getSegmentWithHeader() {
    return segmentWithHeader;
  }

  public long getNumBytesOfSegmentWithHeader() {
    return segmentWithHeader.byteSize();
  }

  /** The elements' bytes, without the header. */
  public long getNumBytesOfSegment() {
    return data.byteSize();
  }

  /** Sets each element to zero. */
  public void clear() {
    for (int i = 0; observer != null && i < size; i++) {
      observer.written(i);
    }
    data.fill((byte) 0);
  }

  /** Bytes of one element. */
  public int getElementSize() {
    return elementSize;
  }
}
