package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.WorkItem;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
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
}
