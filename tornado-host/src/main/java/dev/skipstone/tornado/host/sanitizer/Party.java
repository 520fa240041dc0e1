package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.Site;
import java.util.Optional;

/**
 * A work item at a line and between two barriers.
 *
 * @param task {@code graph.task}
 * @param id null outside of parallel loops
 * @param group a number for each group of a launch; iterations of parallel loops are groups of one
 * @param localEpoch local barriers that the item has passed
 * @param globalEpoch global barriers that the item has passed
 */
record Party(
    String task, ItemId id, Site site, long group, int item, int localEpoch, int globalEpoch) {
  boolean sameItem(Party other) {
    return group == other.group && item == other.item;
  }

  Access access(String action) {
    return new Access(action, Optional.of(task), Optional.ofNullable(id), Optional.of(site));
  }
}
