package dev.skipstone.tornado.host;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.Int8Array;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat8;
import uk.ac.manchester.tornado.api.types.collections.VectorHalf2;
import uk.ac.manchester.tornado.api.types.collections.VectorHalf4;
import uk.ac.manchester.tornado.api.types.collections.VectorHalf8;
import uk.ac.manchester.tornado.api.types.collections.VectorInt4;

/** Device memory for one object of the host: a second object of its type and size. */
final class DeviceBuffer {
  private final Object host;
  private final Object device;
  private boolean filled;

  /**
   * Allocates, without a copy.
   *
   * @throws TornadoRuntimeException if the object is of a type that cannot be on a device
   */
  DeviceBuffer(Object host) {
    this.host = host;
    this.device = allocate(host);
  }

  private static Object allocate(Object host) {
    int size = size(host);
    return switch (host) {
      case FloatArray _ -> new FloatArray(size);
      case HalfFloatArray _ -> new HalfFloatArray(size);
      case IntArray _ -> new IntArray(size);
      case ByteArray _ -> new ByteArray(size);
      case Int8Array _ -> new Int8Array(size);
      case ShortArray _ -> new ShortArray(size);
      case CharArray _ -> new CharArray(size);
      case LongArray _ -> new LongArray(size);
      case DoubleArray _ -> new DoubleArray(size);
      case VectorFloat4 vectors -> new VectorFloat4(vectors.getLength());
      case VectorFloat8 vectors -> new VectorFloat8(vectors.getLength());
      case VectorInt4 vectors -> new VectorInt4(vectors.getLength());
      case VectorHalf2 vectors -> new VectorHalf2(vectors.getLength());
      case VectorHalf4 vectors -> new VectorHalf4(vectors.getLength());
      case VectorHalf8 vectors -> new VectorHalf8(vectors.getLength());
      default ->
          throw new TornadoRuntimeException(
              "an object of %s cannot be copied to a device".formatted(host.getClass().getName()));
    };
  }

  private static int size(Object object) {
    return object instanceof TornadoNativeArray array ? array.getSize() : 0;
  }

  /** The array behind an object that can be on a device. */
  static TornadoNativeArray array(Object object) {
    return switch (object) {
      case TornadoNativeArray array -> array;
      case VectorFloat4 vectors -> vectors.getArray();
      case VectorFloat8 vectors -> vectors.getArray();
      case VectorInt4 vectors -> vectors.getArray();
      case VectorHalf2 vectors -> vectors.getArray();
      case VectorHalf4 vectors -> vectors.getArray();
      case VectorHalf8 vectors -> vectors.getArray();
      default -> throw new IllegalArgumentException("no array behind " + object.getClass());
    };
  }

  /** What a kernel gets in the host object's place. */
  Object device() {
    return device;
  }

  long bytes() {
    return array(device).getNumBytesOfSegment();
  }

  /** Copies from the host, unless something was copied before. */
  void fillOnce() {
    if (!filled) {
      fill();
    }
  }

  void fill() {
    array(device).getSegment().copyFrom(array(host).getSegment());
    filled = true;
  }

  /** Copies elements to the host. */
  void copyToHost(long offset, long length) {
    TornadoNativeArray from = array(device);
    if (offset < 0 || length < 0 || offset + length > from.getSize()) {
      throw new TornadoRuntimeException(
          "%d elements from %d on are not inside an array of %d"
              .formatted(length, offset, from.getSize()));
    }
    long size = from.getElementSize();
    MemorySegment.copy(
        from.getSegment(), offset * size, array(host).getSegment(), offset * size, length * size);
  }

  void copyToHost() {
    copyToHost(0, array(device).getSize());
  }
}
