package dev.skipstone.tornado.host;

import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Runs work groups on several threads and a group's items one after the other, all of them up to a
 * barrier before the first goes on behind it.
 */
final class FastLauncher implements Launcher {
  private static final int FEW_ITEMS = 64;

  @Override
  public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
    if (range == null) {
      kernel.body().run(arguments, null);
      return;
    }
    IntStream groups = IntStream.range(0, range.groups().volume());
    if (range.global().volume() > FEW_ITEMS) {
      groups = groups.parallel();
    }
    groups.forEach(index -> {
      WorkGroup group = new WorkGroup(range, index);
      if (kernel.hasBarriers()) {
        runInPhases(task, kernel, arguments.clone(), group);
      } else {
        run(kernel, arguments.clone(), group);
      }
    });
  }

  private static void run(CompiledKernel kernel, Object[] arguments, WorkGroup group) {
    int context = kernel.method().contextParameter();
    int items = group.range().local().volume();
    for (int i = 0; i < items; i++) {
      arguments[context] = ApiAccess.context(group.item(i));
      kernel.body().run(arguments, null);
    }
  }

  private static void runInPhases(
      String task, CompiledKernel kernel, Object[] arguments, WorkGroup group) {
    int context = kernel.method().contextParameter();
    Flow[] flows = new Flow[group.range().local().volume()];
    int suspended = 0;
    for (int i = 0; i < flows.length; i++) {
      flows[i] = new Flow();
      arguments[context] = ApiAccess.context(group.item(i));
      kernel.body().run(arguments, flows[i]);
      suspended += flows[i].suspended() ? 1 : 0;
    }
    while (suspended > 0) {
      if (suspended < flows.length) {
        throw new TornadoRuntimeException(
            "task %s: %d of a group's %d work items wait at a barrier, the others have ended"
                .formatted(task, suspended, flows.length));
      }
      suspended = 0;
      for (Flow flow : flows) {
        flow.resume();
        kernel.body().run(arguments, flow);
        suspended += flow.suspended() ? 1 : 0;
      }
    }
  }
}
