package dev.skipstone.tornado.host;

import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
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
public final class DeviceBuffer {
  private final Object host;
  private final Object device;
  private final Engine engine;
  private boolean filled;

  /**
   * Allocates, without a copy.
   *
   * @throws TornadoRuntimeException if the object is of a type that cannot be on a device
   */
  DeviceBuffer(Object host, Engine engine) {
    this.host = host;
    this.engine = engine;
    this.device = allocate(host);
    engine.allocated(array(host), array(device));
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

  /** True for what is copied to a device; scalars become part of the kernel instead. */
  public static boolean isObject(Object argument) {
    return !(argument instanceof Number
        || argument instanceof Boolean
        || argument instanceof Character
        || argument instanceof HalfFloat
        || argument instanceof KernelContext);
  }

  /** How many elements an index of an array or of a collection of vectors stands for. */
  public static int lanes(Object object) {
    return switch (object) {
      case VectorFloat4 vectors -> vectors.vectorWidth();
      case VectorFloat8 vectors -> vectors.vectorWidth();
      case VectorInt4 vectors -> vectors.vectorWidth();
      case VectorHalf2 vectors -> vectors.vectorWidth();
      case VectorHalf4 vectors -> vectors.vectorWidth();
      case VectorHalf8 vectors -> vectors.vectorWidth();
      default -> 1;
    };
  }

  /** The array behind an object that can be on a device. */
  public static TornadoNativeArray array(Object object) {
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

  /** Not by getSegment(), which observers take for an access by the host. */
  private static MemorySegment elements(TornadoNativeArray array) {
    return array.getSegmentWithHeader().asSlice(TornadoNativeArray.ARRAY_HEADER);
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
    elements(array(device)).copyFrom(elements(array(host)));
    filled = true;
    engine.copied(array(host), array(device), 0, array(host).getSize());
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
        elements(from), offset * size, elements(array(host)), offset * size, length * size);
    engine.copied(from, array(host), (int) offset, (int) length);
  }

  void copyToHost() {
    copyToHost(0, array(device).getSize());
  }
}
