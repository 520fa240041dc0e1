package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A part of an array; offset and size count elements. */
public class DataRange {
  private final TornadoNativeArray array;
  private long offset;
  private long size;

  /** The whole array. */
  public DataRange(TornadoNativeArray tornadoNativeArray) {
    array = tornadoNativeArray;
    size = -1;
  }

  public DataRange withOffset(long offset) {
    this.offset = offset;
    return this;
  }

  public DataRange withSize(long size) {
    this.size = size;
    return this;
  }

  public long getOffset() {
    return offset;
  }

  /** The size that was set, or zero for what lies behind the offset. */
  public long getPartialSize() {
    return Math.max(size, 0);
  }

  public TornadoNativeArray getArray() {
    return array;
  }

  long length() {
    return size < 0 ? array.getSize() - offset : size;
  }
}
