package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.ApiAccess;
import dev.skipstone.tornado.host.CompiledKernel;
import dev.skipstone.tornado.host.DeviceBuffer;
import dev.skipstone.tornado.host.Flow;
import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.host.Site;
import dev.skipstone.tornado.host.Size;
import dev.skipstone.tornado.host.WorkGroup;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** One launch of a kernel under the sanitizer, on the thread that asks for it. */
final class WatchedLaunch {
  private final String task;
  private final CompiledKernel kernel;
  private final Object[] arguments;
  private final Findings findings;
  private final Random order;
  private final long faultsBefore;
  private final IdentityHashMap<TornadoNativeArray, WatchedArray> globals = new IdentityHashMap<>();

  /**
   * Prepares a launch.
   *
   * @param order shuffles groups and items; null for the order of their ids
   * @param replicas the shadows of device buffers
   */
  WatchedLaunch(
      String task,
      CompiledKernel kernel,
      Object[] arguments,
      Findings findings,
      Random order,
      IdentityHashMap<TornadoNativeArray, Replica> replicas) {
    this.task = task;
    this.kernel = kernel;
    this.arguments = arguments;
    this.findings = findings;
    this.order = order;
    this.faultsBefore = findings.count();
    for (int i = 0; i < arguments.length; i++) {
      if (DeviceBuffer.isObject(arguments[i])) {
        TornadoNativeArray device = DeviceBuffer.array(arguments[i]);
        globals.putIfAbsent(
            device,
            WatchedArray.global(
                kernel.method().parameter(i),
                device.getSize(),
                replicas.get(device),
                !kernel.method().reduces(i),
                findings));
      }
    }
  }

  String task() {
    return task;
  }

  Site site(int index) {
    return kernel.sites().get(index);
  }

  WatchedArray global(TornadoNativeArray device) {
    return globals.computeIfAbsent(
        device, array -> WatchedArray.constant(array.getSize(), findings));
  }

  WatchedArray constant(int size) {
    return WatchedArray.constant(size, findings);
  }

  WatchedArray ofOneItem(String memory, Object array, int line) {
    return WatchedArray.ofOneItem(
        WatchedGroup.name(memory, array, line), Array.getLength(array), findings);
  }

  /** Runs a kernel without a context: once, its parallel loops in order. */
  void runLoops() {
    WatchedItem item = new WatchedItem(this, new WatchedGroup(0, findings), 0, null);
    step(new Flow(item), item);
  }

  void run(NdRange range) {
    for (int index : shuffled(range.groups().volume())) {
      runGroup(range, index);
    }
  }

  private List<Integer> shuffled(int size) {
    List<Integer> indices = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    if (order != null) {
      Collections.shuffle(indices, order);
    }
    return indices;
  }

  private void runGroup(NdRange range, int index) {
    WorkGroup place = new WorkGroup(range, index);
    WatchedGroup group = new WatchedGroup(index, findings);
    int items = range.local().volume();
    Size groupId = range.groups().place(index);
    List<Running> running = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      Size local = range.local().place(i);
      Size global =
          new Size(
              groupId.x() * range.local().x() + local.x(),
              groupId.y() * range.local().y() + local.y(),
              groupId.z() * range.local().z() + local.z());
      WatchedItem item = new WatchedItem(this, group, i, new ItemId(global, local, groupId));
      running.add(new Running(item, new Flow(item)));
    }
    List<Running> waiting = new ArrayList<>();
    for (int i : shuffled(items)) {
      arguments[kernel.method().contextParameter()] = ApiAccess.context(place.item(i));
      Running item = running.get(i);
      step(item.flow(), item.item());
      if (item.flow().suspended()) {
        waiting.add(item);
      }
    }
    while (!waiting.isEmpty()) {
      checkBarrier(running, waiting);
      group.passBarrier(waiting.getFirst().flow().globalBarrier());
      List<Running> next = new ArrayList<>();
      for (int i : shuffled(waiting.size())) {
        Running item = waiting.get(i);
        item.flow().resume();
        step(item.flow(), item.item());
        if (item.flow().suspended()) {
          next.add(item);
        }
      }
      waiting = next;
    }
  }

  private record Running(WatchedItem item, Flow flow) {}

  private void step(Flow flow, WatchedItem item) {
    try {
      kernel.body().run(arguments, flow);
    } catch (SanitizerException e) {
      throw e;
    } catch (RuntimeException e) {
      // What goes wrong after a fault, such as a null that was never written, is its consequence.
      if (findings.count() == faultsBefore) {
        throw new TornadoRuntimeException(
            "task %s: %s in the kernel, %s".formatted(task, e, item.id()));
      }
    }
  }

  private void checkBarrier(List<Running> all, List<Running> waiting) {
    Running first = waiting.getFirst();
    Site barrier = site(first.flow().barrierSite());
    Optional<Running> elsewhere =
        waiting.stream().filter(item -> !item.flow().sameBarrier(first.flow())).findFirst();
    if (elsewhere.isPresent()) {
      Running other = elsewhere.get();
      divergence(
          first,
          barrier,
          Optional.of(access(other, "waits at another barrier", site(other.flow().barrierSite()))),
          "All items of a group have to come to the same barrier, by way of the same calls.");
      return;
    }
    all.stream()
        .filter(item -> !item.flow().suspended())
        .findFirst()
        .ifPresent(ended ->
            divergence(
                first,
                barrier,
                Optional.of(access(ended, "has ended", null)),
                "%d of the group's %d items wait at this barrier."
                    .formatted(waiting.size(), all.size())));
  }

  private void divergence(Running item, Site barrier, Optional<Access> other, String explanation) {
    findings.add(
        new Finding(
            FaultKind.BARRIER_DIVERGENCE,
            access(item, "waits at a barrier", barrier),
            Optional.empty(),
            OptionalInt.empty(),
            other,
            explanation));
  }

  private Access access(Running running, String action, Site site) {
    return new Access(
        action, Optional.of(task), Optional.of(running.item().id()), Optional.ofNullable(site));
  }
}
