package dev.skipstone.tornado.host;

/**
 * Watches one work item. Instrumented kernels ask it before each access; where the answer is false
 * they leave the access out, and a value that was to be read is zero.
 */
public interface ItemMonitor {
  boolean read(Object array, int index, int count, int site);

  boolean write(Object array, int index, int count, int site);

  boolean atomic(Object array, int index, int site);

  /** Writes the item's part of a matrix fragment, see {@link MatrixFragments}. */
  boolean storeFragment(Object matrix, int row, int column, int stride, int site);

  /** The item's group got an array in local memory. */
  void allocatedLocal(Object array, int site);

  /** The item made an array of its own. */
  void allocatedPrivate(Object array, int site);

  /** A parallel loop goes on: the item is now another one. */
  void iteration(int loop, int index);

  /** A parallel loop has ended. */
  void endOfLoop(int loop);
}
