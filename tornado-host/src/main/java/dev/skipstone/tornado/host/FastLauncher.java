package dev.skipstone.tornado.host;

import java.util.stream.IntStream;

/** Runs work groups in parallel and a group's items one after the other. */
final class FastLauncher implements Launcher {
  private static final int FEW_ITEMS = 64;

  @Override
  public void launch(String task, Kernel kernel, Object[] arguments, NdRange range) {
    if (range == null) {
      kernel.body().run(arguments);
      return;
    }
    IntStream groups = IntStream.range(0, range.groups());
    if (range.groups() > 1 && range.groups() * range.itemsPerGroup() > FEW_ITEMS) {
      groups = groups.parallel();
    }
    groups.forEach(group -> runGroup(kernel, arguments, new WorkGroup(range, group)));
  }

  private static void runGroup(Kernel kernel, Object[] arguments, WorkGroup group) {
    Object[] own = arguments.clone();
    int items = group.range().itemsPerGroup();
    for (int i = 0; i < items; i++) {
      own[kernel.method().contextParameter()] = ApiAccess.context(group.item(i));
      kernel.body().run(own);
    }
  }
}
