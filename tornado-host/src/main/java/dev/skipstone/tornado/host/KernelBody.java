package dev.skipstone.tornado.host;

/** A compiled kernel. */
public interface KernelBody {
  /**
   * Runs a work item to its end or to the next barrier.
   *
   * @param arguments of the kernel, boxed
   * @param flow where the item is; null if the kernel has no barrier
   */
  void run(Object[] arguments, Flow flow);
}
