package dev.skipstone.tornado.host.sanitizer;

/** What can be wrong with a kernel or a task graph. */
public enum FaultKind {
  /** An index outside a global, local or private array. */
  OUT_OF_BOUNDS("index out of bounds"),

  /**
   * Two work items of a group access one element, at least one of them writes it, and no barrier
   * lies between.
   */
  DATA_RACE("data race"),

  /**
   * Work items of two groups, or two iterations of a parallel loop, access one element, and at
   * least one of them writes it. No barrier can order them.
   */
  INTER_GROUP_RACE("data race between work groups"),

  /**
   * The barrier between two accesses orders the other kind of memory: a local barrier orders local
   * memory, a global barrier global memory.
   */
  WRONG_BARRIER("barrier of the wrong kind"),

  /** Some work items of a group wait at a barrier that others do not come to. */
  BARRIER_DIVERGENCE("barrier divergence"),

  /** An element is read that nothing was written to. */
  UNINITIALIZED_READ("read of memory never written"),

  /**
   * A kernel reads a device buffer whose element was written later elsewhere: by the host, or in
   * the buffer of another graph.
   */
  STALE_DEVICE_READ("kernel reads old data"),

  /** The host reads an element that a kernel has written since, before it is copied back. */
  STALE_HOST_READ("host reads old data"),

  /** A graph consumes an object that the graph before does not persist on the device. */
  NOT_PERSISTED("consumed but not persisted");

  private final String title;

  FaultKind(String title) {
    this.title = title;
  }

  /** A few words for people. */
  public String title() {
    return title;
  }
}
