package uk.ac.manchester.tornado.api.types.collections;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.vectors.Half4;

/** An array whose elements are read and written {@value #LANES} at a time. */
public final class VectorHalf4 {
  private static final int LANES = 4;

  private final HalfFloatArray storage;

  /** Vectors of zeros. */
  public VectorHalf4(int numElements) {
    storage = new HalfFloatArray(Math.multiplyExact(numElements, LANES));
  }

  public int vectorWidth() {
    return LANES;
  }

  public HalfFloatArray getArray() {
    return storage;
  }

  /** Vector {@code index}, counted in vectors. */
  public Half4 get(int index) {
    Half4 vector = new Half4();
    for (int i = 0; i < LANES; i++) {
      vector.set(i, storage.get(index * LANES + i));
    }
    return vector;
  }

  /** Writes vector {@code index}, counted in vectors. */
  public void set(int index, Half4 value) {
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
