package dev.skipstone.tornado.host;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Runs work groups on several threads and a group's items one after the other, all of them up to a
 * barrier before the first goes on behind it.
 */
final class FastEngine implements Engine {
  private static final int FEW_ITEMS = 64;
  private static final int SHARES_PER_THREAD = 4;

  @Override
  public Instrumentation instrumentation() {
    return Instrumentation.NONE;
  }

  @Override
  public void launch(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
    if (range == null) {
      kernel.body().run(arguments, null);
      return;
    }
    int groups = range.groups().volume();
    if (range.global().volume() <= FEW_ITEMS) {
      new Share(task, kernel, arguments, range).run(0, groups);
      return;
    }
    int shares = Math.min(groups, SHARES_PER_THREAD * Runtime.getRuntime().availableProcessors());
    IntStream.range(0, shares)
        .parallel()
        .forEach(share ->
            new Share(task, kernel, arguments.clone(), range)
                .run(part(groups, share, shares), part(groups, share + 1, shares)));
  }

  private static int part(int groups, int share, int shares) {
    return (int) ((long) groups * share / shares);
  }

  /** What one thread runs of a launch. */
  private static final class Share {
    private final String task;
    private final CompiledKernel kernel;
    private final Object[] arguments;
    private final NdRange range;
    private final int context;
    private final Flow[] flows;

    private Share(String task, CompiledKernel kernel, Object[] arguments, NdRange range) {
      this.task = task;
      this.kernel = kernel;
      this.arguments = arguments;
      this.range = range;
      context = kernel.method().contextParameter();
      flows =
          kernel.hasBarriers()
              ? Stream.generate(Flow::new).limit(range.local().volume()).toArray(Flow[]::new)
              : null;
    }

    private void run(int from, int to) {
      for (int index = from; index < to; index++) {
        WorkGroup group = new WorkGroup(range, index);
        if (flows == null) {
          runToEnd(group);
        } else {
          runInPhases(group);
        }
      }
    }

    private void runToEnd(WorkGroup group) {
      int items = range.local().volume();
      for (int i = 0; i < items; i++) {
        arguments[context] = ApiAccess.context(group.item(i));
        kernel.body().run(arguments, null);
      }
    }

    private void runInPhases(WorkGroup group) {
      int suspended = 0;
      for (int i = 0; i < flows.length; i++) {
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
}
