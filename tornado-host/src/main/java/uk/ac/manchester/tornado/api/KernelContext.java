package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.MatrixFragments;
import dev.skipstone.tornado.host.WorkItem;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.vectors.Half2;

/**
 * What a kernel knows about the work item that it runs as, and what it shares with its work group.
 */
public class KernelContext {
  public final Integer globalIdx;
  public final Integer globalIdy;
  public final Integer globalIdz;
  public final Integer groupIdx;
  public final Integer groupIdy;
  public final Integer groupIdz;
  public final Integer localIdx;
  public final Integer localIdy;
  public final Integer localIdz;

  /** Work items of the whole launch along x. */
  public final Integer globalGroupSizeX;

  public final Integer globalGroupSizeY;
  public final Integer globalGroupSizeZ;

  /** Work items of one group along x. */
  public final Integer localGroupSizeX;

  public final Integer localGroupSizeY;
  public final Integer localGroupSizeZ;

  private final WorkItem item;

  /** The context that stands for the work items in a task's arguments. */
  public KernelContext() {
    this(WorkItem.ALONE);
  }

  private KernelContext(WorkItem item) {
    this.item = item;
    globalIdx = item.globalId(0);
    globalIdy = item.globalId(1);
    globalIdz = item.globalId(2);
    groupIdx = item.groupId(0);
    groupIdy = item.groupId(1);
    groupIdz = item.groupId(2);
    localIdx = item.localId(0);
    localIdy = item.localId(1);
    localIdz = item.localId(2);
    globalGroupSizeX = item.globalSize(0);
    globalGroupSizeY = item.globalSize(1);
    globalGroupSizeZ = item.globalSize(2);
    localGroupSizeX = item.localSize(0);
    localGroupSizeY = item.localSize(1);
    localGroupSizeZ = item.localSize(2);
  }

  /** Waits for the group's other work items; local memory is the same for all of them then. */
  public void localBarrier() {
    item.barrier();
  }

  /** Waits for the group's other work items; global memory is the same for all of them then. */
  public void globalBarrier() {
    item.barrier();
  }

  /** An array that the group shares, with no defined content. */
  public int[] allocateIntLocalArray(int size) {
    return item.local(int[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public byte[] allocateByteLocalArray(int size) {
    return item.local(byte[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public HalfFloat[] allocateHalfFloatLocalArray(int size) {
    return item.local(HalfFloat[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public Half2[] allocateHalf2LocalArray(int size) {
    return item.local(Half2[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public long[] allocateLongLocalArray(int size) {
    return item.local(long[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public float[] allocateFloatLocalArray(int size) {
    return item.local(float[].class, size);
  }

  /** An array that the group shares, with no defined content. */
  public double[] allocateDoubleLocalArray(int size) {
    return item.local(double[].class, size);
  }

  public void atomicAdd(IntArray array, int index, int val) {
    synchronized (array) {
      array.set(index, array.get(index) + val);
    }
  }

  public void atomicAdd(int[] array, int index, int val) {
    synchronized (array) {
      array[index] += val;
    }
  }

  public void atomicAdd(LongArray array, int index, long val) {
    synchronized (array) {
      array.set(index, array.get(index) + val);
    }
  }

  public void atomicAdd(FloatArray array, int index, float val) {
    synchronized (array) {
      array.set(index, array.get(index) + val);
    }
  }

  public void atomicAdd(DoubleArray array, int index, double val) {
    synchronized (array) {
      array.set(index, array.get(index) + val);
    }
  }

  /** A lane's part of C, of elements with one value. */
  public float[] mmaFragment(float v) {
    float[] fragment = new float[MatrixFragments.LANE_ELEMENTS];
    Arrays.fill(fragment, v);
    return fragment;
  }

  /** Operand A of 16 x 16 half floats from a row-major tile, two to an integer, in local memory. */
  public HalfFloat[] mmaLoadA(int[] aTile, int wmmaK) {
    return mmaLoadA(aTile, wmmaK, 0);
  }

  public HalfFloat[] mmaLoadA(int[] aTile, int wmmaK, int byteOffset) {
    return MatrixFragments.halves(aTile, byteOffset, 2 * MatrixFragments.TILE_OF_A);
  }

  /**
   * Operand B of 16 x 8 half floats (k, then columns) from a row-major tile, two to an integer, in
   * local memory.
   */
  public HalfFloat[] mmaLoadB(int[] bTile, int wmmaK) {
    return mmaLoadB(bTile, wmmaK, 0);
  }

  public HalfFloat[] mmaLoadB(int[] bTile, int wmmaK, int byteOffset) {
    return MatrixFragments.halves(bTile, byteOffset, 2 * MatrixFragments.TILE_OF_B);
  }

  /** Operand B from a tile that {@link #swizzleStoreFp16Stride32} has written. */
  public HalfFloat[] mmaLoadBSwizzled(HalfFloat[] bTile, int wmmaK) {
    return mmaLoadBSwizzled(bTile, wmmaK, 0);
  }

  public HalfFloat[] mmaLoadBSwizzled(HalfFloat[] bTile, int wmmaK, int byteOffset) {
    HalfFloat[] fragment = new HalfFloat[2 * MatrixFragments.TILE_OF_B];
    for (int i = 0; i < fragment.length; i++) {
      fragment[i] = bTile[byteOffset / Short.BYTES + MatrixFragments.swizzled(i)];
    }
    return fragment;
  }

  /** The lane's part of A B + C; the 32 lanes of a warp call it together. */
  public float[] mma(HalfFloat[] fragA, HalfFloat[] fragB, float[] fragC, MMAShape mmaShape) {
    return MatrixFragments.multiply(localIdx, fragA, fragB, fragC, mmaShape);
  }

  /** Writes D to a row-major matrix with {@code dimN} columns, its first element at a place. */
  public void mmaStore(float[] fragD, FloatArray c, int tileRow, int tileCol, int dimN) {
    for (int i = 0; i < fragD.length; i++) {
      int row = tileRow + MatrixFragments.row(localIdx, i);
      c.set(row * dimN + tileCol + MatrixFragments.column(localIdx, i), fragD[i]);
    }
  }

  /** A lane's part of an integer C, of elements with one value. */
  public int[] mmaFragmentInt(int initValue) {
    int[] fragment = new int[MatrixFragments.LANE_ELEMENTS];
    Arrays.fill(fragment, initValue);
    return fragment;
  }

  /** Operand A of 16 x 32 bytes from a row-major tile, four to an integer, in local memory. */
  public byte[] mmaLoadAInt8(int[] aTile, int tileK) {
    return MatrixFragments.bytes(aTile, 0, Integer.BYTES * MatrixFragments.TILE_OF_A);
  }

  /**
   * Operand B of 32 x 8 bytes from a tile in local memory: two neighbours along k, the columns,
   * then the next two; four bytes to an integer.
   */
  public byte[] mmaLoadBInt8(int[] bTile, int tileK) {
    return MatrixFragments.bytes(bTile, 0, Integer.BYTES * MatrixFragments.TILE_OF_B);
  }

  /** The lane's part of A B + C; the 32 lanes of a warp call it together. */
  public int[] mmaInt8(byte[] fragA, byte[] fragB, int[] fragC, MMAShape shape) {
    return MatrixFragments.multiply(localIdx, fragA, fragB, fragC, shape);
  }

  /** Writes D to a row-major matrix with {@code stride} columns, its first element at a place. */
  public void mmaStoreInt(int[] fragD, IntArray out, int row, int col, int stride) {
    for (int i = 0; i < fragD.length; i++) {
      int line = row + MatrixFragments.row(localIdx, i);
      out.set(line * stride + col + MatrixFragments.column(localIdx, i), fragD[i]);
    }
  }

  /** An element of a tile whose rows are spread over the banks of local memory. */
  public HalfFloat swizzleLoadFp16Stride32(HalfFloat[] arr, int row, int col, int stride) {
    return arr[MatrixFragments.swizzled(row * stride + col)];
  }

  /** Writes an element of a tile whose rows are spread over the banks of local memory. */
  public void swizzleStoreFp16Stride32(HalfFloat[] arr, int row, int col, int stride, HalfFloat v) {
    arr[MatrixFragments.swizzled(row * stride + col)] = v;
  }

  /** The same, in a part of the array that starts at a byte. */
  public void mmaStoreBSwizzled(
      HalfFloat[] arr, int row, int col, int stride, HalfFloat value, int byteOffset) {
    arr[byteOffset / Short.BYTES + MatrixFragments.swizzled(row * stride + col)] = value;
  }

  /** Copies two half floats into an integer of local memory; at once here. */
  public void asyncCopyToLocal(int[] dstTile, int dstIndex, HalfFloatArray src, int srcIndex) {
    dstTile[dstIndex] =
        Short.toUnsignedInt(src.get(srcIndex).getHalfFloatValue())
            | src.get(srcIndex + 1).getHalfFloatValue() << Short.SIZE;
  }

  /** Copies four bytes into an integer of local memory; at once here. */
  public void asyncCopyToLocal(int[] dstTile, int dstIndex, ByteArray src, int srcIndex) {
    int packed = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      packed = packed << Byte.SIZE | Byte.toUnsignedInt(src.get(srcIndex + i));
    }
    dstTile[dstIndex] = packed;
  }

  /** Ends a batch of copies. */
  public void asyncCopyCommit() {}

  /** Waits until no more than so many batches are under way. */
  public void asyncCopyWaitGroup(int groups) {}
}
