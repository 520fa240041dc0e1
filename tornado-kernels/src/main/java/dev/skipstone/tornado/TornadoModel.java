package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.DeviceException;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.runtime.pass.PassRunner;
import dev.skipstone.tornado.kernel.KernelProfile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/**
 * A model's weights for a device. TornadoVM gives each execution plan device buffers of its own, so
 * sessions that are open at the same time each have weights there; a closed session's plan is used
 * again by the next one.
 */
final class TornadoModel implements LoadedModel {
  private final Model model;
  private final HyperParameters sizes;
  private final TornadoDeviceInfo device;
  private final MemoryPlan memory;
  private final int positions;
  private final KernelProfile profile;
  private final DeviceWeights weights;
  private final Optional<DeviceAdapter> adapter;
  private final ReentrantLock turn = new ReentrantLock();
  private final Deque<PassExecutor> idle = new ArrayDeque<>();
  private final List<PassExecutor> all = new ArrayList<>();
  private boolean closed;

  /**
   * @param adapter of adapted passes, if there is one
   */
  TornadoModel(
      Model model,
      Optional<AdapterWeights> adapter,
      TornadoDeviceInfo device,
      MemoryPlan memory,
      List<LayerStack> stacks,
      KernelProfile profile,
      int positions) {
    this.model = model;
    sizes = model.hyperParameters();
    this.device = device;
    this.memory = memory;
    this.positions = positions;
    this.profile = profile;
    weights = DeviceWeights.load(model, stacks, MatrixPacker.of(device.traits(), profile));
    this.adapter = adapter.map(source -> DeviceAdapter.load(source, stacks, sizes.vocabulary()));
    idle.push(newExecutor());
  }

  private PassExecutor newExecutor() {
    if (memory.total() > free()) {
      throw tooLarge("");
    }
    PassExecutor executor =
        onDevice(() ->
            new PassExecutor(
                model, weights, adapter, positions, device.device(), device.traits(), profile));
    all.add(executor);
    return executor;
  }

  /** Bytes of the device that no session has. */
  private long free() {
    return device.memory() - all.size() * memory.total();
  }

  private InsufficientMemoryException tooLarge(String said) {
    return new InsufficientMemoryException(
        "a session on %s, which has %,d bytes and at most %,d for one array,"
            .formatted(device.name(), device.memory(), device.largestArray()),
        memory.total(),
        free(),
        "close a session, or ask for a smaller context (--context)" + said);
  }

  /** Says what failed on which device, and what to do. */
  private <T> T onDevice(Supplier<T> work) {
    try {
      return work.get();
    } catch (TornadoOutOfMemoryException e) {
      throw tooLarge("; the driver says: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      // Also TornadoVM's own errors of its compiler, which no API class stands for.
      if (e instanceof VirtualMachineError) {
        throw e;
      }
      throw new DeviceException(
          device.name(),
          "TornadoVM can't compile or run a kernel there; take another device (./skipstone"
              + " devices) or --backend cpu. It says: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public PassRunner openRunner() {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      PassExecutor executor = idle.isEmpty() ? newExecutor() : idle.pop();
      return new TornadoRunner(
          this, executor, sizes, adapter.map(DeviceAdapter::source), positions);
    } finally {
      turn.unlock();
    }
  }

  /** Runs what needs the device when no other session uses it. */
  void exclusively(Runnable action) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine is closed");
      }
      onDevice(() -> {
        action.run();
        return null;
      });
    } finally {
      turn.unlock();
    }
  }

  /** Takes an executor back from a session. */
  void release(PassExecutor executor) {
    turn.lock();
    try {
      if (!closed) {
        idle.push(executor);
      }
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        all.forEach(PassExecutor::close);
      }
    } finally {
      turn.unlock();
    }
  }
}
