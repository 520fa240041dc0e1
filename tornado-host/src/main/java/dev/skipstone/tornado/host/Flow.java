package dev.skipstone.tornado.host;

import java.util.Arrays;

/**
 * A work item's run through its kernel, which can be suspended at a barrier.
 *
 * <p>The compiled kernel pushes what it needs to go on, from the innermost method outwards, and
 * returns. When it is called again it pops all that in reverse and jumps behind the barrier. So a
 * barrier costs some array accesses, and neither a thread nor a stack of its own.
 */
public final class Flow {
  private static final int INITIAL_SIZE = 16;

  private final ItemMonitor monitor;
  private long[] numbers = new long[INITIAL_SIZE];
  private Object[] references = new Object[INITIAL_SIZE];
  private int numberTop;
  private int referenceTop;
  private int depth;
  private boolean suspended;
  private boolean globalBarrier;
  private int barrierSite;
  private int callers;

  /** A flow that nobody watches. */
  Flow() {
    this(null);
  }

  /** A flow whose memory accesses are told to a monitor. */
  public Flow(ItemMonitor monitor) {
    this.monitor = monitor;
  }

  /** True if the kernel has returned at a barrier and not at its end. */
  public boolean suspended() {
    return suspended;
  }

  /** The site of the barrier that the flow is suspended at. */
  public int barrierSite() {
    return barrierSite;
  }

  /** True if that barrier orders global memory, and not local memory. */
  public boolean globalBarrier() {
    return globalBarrier;
  }

  /** True if two suspended flows have come to the same barrier by way of the same calls. */
  public boolean sameBarrier(Flow other) {
    return barrierSite == other.barrierSite && callers == other.callers;
  }

  /** To be called before the kernel is called again. */
  public void resume() {
    suspended = false;
  }

  /** Called by kernels: suspends at a barrier, after the method's values were pushed. */
  public void barrier(int point, int site, boolean global) {
    barrierSite = site;
    globalBarrier = global;
    callers = 0;
    suspended = true;
    leave(point);
  }

  /** Called by kernels: leaves a method whose callee was suspended. */
  public void unwind(int point, int site) {
    callers = 31 * callers + site + 1;
    leave(point);
  }

  private void leave(int point) {
    pushNumber(point);
    depth++;
  }

  /** Called by kernels at each method's start: where to go on, or zero at the beginning. */
  public int resumePoint() {
    if (depth == 0) {
      return 0;
    }
    depth--;
    return (int) popNumber();
  }

  private void pushNumber(long value) {
    if (numberTop == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * numberTop);
    }
    numbers[numberTop++] = value;
  }

  private long popNumber() {
    return numbers[--numberTop];
  }

  /** Asks the monitor, as do the next methods; kernels call them, with the flow on top. */
  public static boolean read(Object array, int index, int count, Flow flow, int site) {
    return flow.monitor.read(array, index, count, site);
  }

  public static boolean write(Object array, int index, int count, Flow flow, int site) {
    return flow.monitor.write(array, index, count, site);
  }

  public static boolean atomic(Object array, int index, Flow flow, int site) {
    return flow.monitor.atomic(array, index, site);
  }

  public static boolean storeFragment(
      Object matrix, int row, int column, int stride, Flow flow, int site) {
    return flow.monitor.storeFragment(matrix, row, column, stride, site);
  }

  public static void allocatedLocal(Object array, Flow flow, int site) {
    flow.monitor.allocatedLocal(array, site);
  }

  public static void allocatedPrivate(Object array, Flow flow, int site) {
    flow.monitor.allocatedPrivate(array, site);
  }

  public static void iteration(int index, int loop, Flow flow) {
    flow.monitor.iteration(loop, index);
  }

  public static void endOfLoop(int loop, Flow flow) {
    flow.monitor.endOfLoop(loop);
  }

  /** Keeps a value until the flow goes on; kernels call it, with the flow on top. */
  public static void push(int value, Flow flow) {
    flow.pushNumber(value);
  }

  public static void push(long value, Flow flow) {
    flow.pushNumber(value);
  }

  public static void push(float value, Flow flow) {
    flow.pushNumber(Float.floatToRawIntBits(value));
  }

  public static void push(double value, Flow flow) {
    flow.pushNumber(Double.doubleToRawLongBits(value));
  }

  public static void push(Object value, Flow flow) {
    if (flow.referenceTop == flow.references.length) {
      flow.references = Arrays.copyOf(flow.references, 2 * flow.referenceTop);
    }
    flow.references[flow.referenceTop++] = value;
  }

  public int popInt() {
    return (int) popNumber();
  }

  public long popLong() {
    return popNumber();
  }

  public float popFloat() {
    return Float.intBitsToFloat((int) popNumber());
  }

  public double popDouble() {
    return Double.longBitsToDouble(popNumber());
  }

  public Object popReference() {
    return references[--referenceTop];
  }
}
