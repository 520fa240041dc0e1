package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.Size;

/**
 * A work item's place in a launch; of an iteration of parallel loops, only the global id counts.
 */
public record ItemId(Size global, Size local, Size group) {
  @Override
  public String toString() {
    return "item global %s local %s group %s".formatted(global, local, group);
  }
}
