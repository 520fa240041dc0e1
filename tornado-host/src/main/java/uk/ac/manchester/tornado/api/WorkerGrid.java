package uk.ac.manchester.tornado.api;

/** How many work items run a task, and in which groups; arrays hold x, y and z. */
public interface WorkerGrid {
  int dimension();

  long[] getGlobalWork();

  /** Null where the runtime chooses. */
  long[] getLocalWork();

  /** Null where the runtime chooses the groups' size. */
  long[] getNumberOfWorkgroups();

  long[] getGlobalOffset();

  void setGlobalWork(long x, long y, long z);

  void setLocalWork(long x, long y, long z);

  void setNumberOfWorkgroupsToNull();

  void setLocalWorkToNull();

  void setGlobalOffset(long x, long y, long z);
}
