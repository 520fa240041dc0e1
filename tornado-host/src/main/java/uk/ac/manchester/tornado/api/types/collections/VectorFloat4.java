package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Float4;

/** An array whose elements are read and written {@value #LANES} at a time. */
public final class VectorFloat4 {
  private static final int LANES = 4;

  private final FloatArray storage;

  /** Vectors of zeros. */
  public VectorFloat4(int numElements) {
    this(new FloatArray(Math.multiplyExact(numElements, LANES)));
  }

  /** Uses the array's memory; its size is a multiple of 4. */
  public VectorFloat4(FloatArray array) {
    if (array.getSize() % LANES != 0) {
      throw new IllegalArgumentException(
          "%d elements are no whole number of vectors of %d".formatted(array.getSize(), LANES));
    }
    storage = array;
  }

  public int vectorWidth() {
    return LANES;
  }

  public FloatArray getArray() {
    return storage;
  }

  /** Vector {@code index}, counted in vectors. */
  public Float4 get(int index) {
    Float4 vector = new Float4();
    for (int i = 0; i < LANES; i++) {
      vector.set(i, storage.get(index * LANES + i));
    }
    return vector;
  }

  /** Writes vector {@code index}, counted in vectors. */
  public void set(int index, Float4 value) {
    for (int i = 0; i < LANES; i++) {
      storage.set(index * LANES + i, value.get(i));
    }
  }

  /** The number of vectors. */
  public int getLength() {
    return storage.getSize() / LANES;
  }

  /** The number of single elements. */
  public int size() {
    return storage.getSize();
  }

  public long getNumBytes() {
    return storage.getNumBytesOfSegment();
  }

  public MemorySegment getSegment() {
    return storage.getSegment();
  }
}
