package dev.skipstone.tornado.kernel;

import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/**
 * One implementation of an operation.
 *
 * @param name of the kernel
 * @param runsOn whether a device has what it needs
 * @param accepts whether it works for these arguments at all
 * @param suits whether it is to be taken there when nothing was measured
 * @param groups how many work-groups it needs
 * @param groupSize work-items of each
 * @param task adds it to a graph
 */
public record KernelVariant<A extends Arguments>(
    String name,
    Predicate<DeviceTraits> runsOn,
    Predicate<A> accepts,
    BiPredicate<DeviceTraits, A> suits,
    ToIntFunction<A> groups,
    int groupSize,
    Task<A> task) {

  /** Adds a kernel to a graph. */
  @FunctionalInterface
  public interface Task<A> {
    void addTo(TaskGraph graph, String id, KernelContext context, A arguments);
  }

  /** The kernel's work-items for these arguments. */
  public WorkerGrid grid(A arguments) {
    WorkerGrid grid = new WorkerGrid1D(groups.applyAsInt(arguments) * groupSize);
    grid.setLocalWork(groupSize, 1, 1);
    return grid;
  }
}
