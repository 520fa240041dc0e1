package dev.skipstone.tornado.host;

import java.lang.reflect.Array;

/** One work item's place in a launch; dimensions 0, 1 and 2 are x, y and z. */
public interface WorkItem {
  /** The item of a kernel that is called as an ordinary method: all its ids and sizes are zero. */
  WorkItem ALONE =
      new WorkItem() {
        @Override
        public int groupId(int dimension) {
          return 0;
        }

        @Override
        public int localId(int dimension) {
          return 0;
        }

        @Override
        public int globalSize(int dimension) {
          return 0;
        }

        @Override
        public int localSize(int dimension) {
          return 0;
        }

        @Override
        public void barrier() {}

        @Override
        public <T> T local(Class<T> type, int size) {
          return type.cast(Array.newInstance(type.componentType(), size));
        }
      };

  int groupId(int dimension);

  int localId(int dimension);

  int globalSize(int dimension);

  int localSize(int dimension);

  default int globalId(int dimension) {
    return groupId(dimension) * localSize(dimension) + localId(dimension);
  }

  /** Waits for the group's other items. */
  void barrier();

  /** The group's next array in local memory. */
  <T> T local(Class<T> type, int size);
}
