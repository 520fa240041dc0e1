package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.Site;
import java.util.Optional;

/**
 * Who did something, and where.
 *
 * @param action such as "writes"
 * @param task {@code graph.task}; empty for the host
 * @param item empty for the host, and outside of parallel loops
 * @param site empty for the host
 */
public record Access(
    String action, Optional<String> task, Optional<ItemId> item, Optional<Site> site) {
  static Access ofHost(String action) {
    return new Access(action, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Override
  public String toString() {
    return task.map(name -> "task " + name).orElse("the host")
        + item.map(id -> ", " + id).orElse("")
        + ", "
        + action
        + site.map(line -> " at " + line).orElse("");
  }
}
