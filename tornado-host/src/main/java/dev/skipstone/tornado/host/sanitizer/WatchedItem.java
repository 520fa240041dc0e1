package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.DeviceBuffer;
import dev.skipstone.tornado.host.ItemMonitor;
import dev.skipstone.tornado.host.MatrixFragments;
import dev.skipstone.tornado.host.ParallelLoops;
import dev.skipstone.tornado.host.Site;
import dev.skipstone.tornado.host.Size;
import java.lang.reflect.Array;
import java.util.IdentityHashMap;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A work item under the sanitizer. */
final class WatchedItem implements ItemMonitor {
  private static final Size ONE = new Size(0, 0, 0);

  private final WatchedLaunch launch;
  private final WatchedGroup group;
  private final int index;
  private final IdentityHashMap<Object, WatchedArray> own = new IdentityHashMap<>();
  private final int[] iteration = new int[3];
  private long iterations;
  private ItemId id;
  private Party party;

  /**
   * An item.
   *
   * @param id null for a kernel with parallel loops, whose iterations are the items
   */
  WatchedItem(WatchedLaunch launch, WatchedGroup group, int index, ItemId id) {
    this.launch = launch;
    this.group = group;
    this.index = index;
    this.id = id;
  }

  ItemId id() {
    return id;
  }

  @Override
  public boolean read(Object array, int element, int count, int site) {
    return watched(array).read(scaled(array, element), scaled(array, count), party(site));
  }

  @Override
  public boolean write(Object array, int element, int count, int site) {
    return watched(array).write(scaled(array, element), scaled(array, count), party(site), false);
  }

  @Override
  public boolean atomic(Object array, int element, int site) {
    return watched(array).write(element, 1, party(site), true);
  }

  @Override
  public boolean storeFragment(Object matrix, int row, int column, int stride, int site) {
    boolean inside = true;
    for (int i = 0; i < MatrixFragments.LANE_ELEMENTS; i++) {
      int line = row + MatrixFragments.row(index, i);
      int element = line * stride + column + MatrixFragments.column(index, i);
      inside &= write(matrix, element, 1, site);
    }
    return inside;
  }

  /** Elements of vectors are counted one by one. */
  private static int scaled(Object array, int number) {
    return number * DeviceBuffer.lanes(array);
  }

  private WatchedArray watched(Object array) {
    Object memory = array.getClass().isArray() ? array : DeviceBuffer.array(array);
    if (memory instanceof TornadoNativeArray device) {
      return launch.global(device);
    }
    WatchedArray found = group.local(memory);
    if (found == null) {
      found = own.get(memory);
    }
    return found == null ? launch.constant(Array.getLength(memory)) : found;
  }

  private Party party(int site) {
    Site line = launch.site(site);
    if (party == null
        || !party.site().equals(line)
        || party.localEpoch() != group.localEpoch()
        || party.globalEpoch() != group.globalEpoch()) {
      party =
          new Party(
              launch.task(),
              id,
              line,
              group.number() + iterations,
              index,
              group.localEpoch(),
              group.globalEpoch());
    }
    return party;
  }

  @Override
  public void allocatedLocal(Object array, int site) {
    group.allocated(array, launch.site(site).line());
  }

  @Override
  public void allocatedPrivate(Object array, int site) {
    own.put(array, launch.ofOneItem("private", array, launch.site(site).line()));
  }

  @Override
  public void iteration(int loop, int value) {
    iteration[ParallelLoops.depth(loop)] = value;
    iterations++;
    party = null;
    id =
        ParallelLoops.innermost(loop)
            ? new ItemId(new Size(iteration[0], iteration[1], iteration[2]), ONE, ONE)
            : null;
  }

  @Override
  public void endOfLoop(int loop) {
    iteration[ParallelLoops.depth(loop)] = 0;
    party = null;
    id = null;
  }
}
