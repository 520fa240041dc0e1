package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.InsufficientMemoryException;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.MemoryPlan;
import dev.skipstone.tornado.kernel.AttentionKernels;
import dev.skipstone.tornado.kernel.KernelProfile;
import java.util.List;
import java.util.Optional;

/** Devices that TornadoVM compiles kernels for. */
public final class TornadoBackend implements Backend {
  /** Lets a plain JVM stand in for a device where this property is "true". */
  public static final String HOST_PROPERTY = "skipstone.tornado.host";

  /** Names a file with the kernels to prefer; see {@link KernelProfile}. */
  public static final String PROFILE_PROPERTY = "skipstone.tornado.kernels";

  private static final String NO_SDK =
      "TornadoVM is not installed; run ./setup-tornado.sh, or see its --check";

  private static final String NO_DEVICE =
      "TornadoVM sees no device; is its OpenCL or CUDA driver installed? ./setup-tornado.sh"
          + " --check tells more";

  static {
    // TornadoVM reads these when it starts.
    // A kernel that can't be compiled must not run, wrongly, on the JVM instead.
    System.setProperty("tornado.recover.bailout", "False");
    // Its own flags let a driver reorder sums, and a row's result would depend on the kernel.
    setDefault("tornado.opencl.compiler.flags", "-w");
    // What fits is checked against the device below, not against a fixed number.
    setDefault("tornado.device.memory", "1024GB");
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  @Override
  public String name() {
    return "tornado";
  }

  @Override
  public List<Device> devices() {
    try {
      List<Device> devices =
          TornadoDeviceInfo.all().stream()
              .map(device -> device.describe(name(), problem(device)))
              .toList();
      return devices.isEmpty() ? List.of(noDevice(NO_DEVICE)) : devices;
    } catch (RuntimeException | Error e) {
      // TornadoVM's start fails with errors of its own where a driver is missing.
      if (e instanceof VirtualMachineError) {
        throw e;
      }
      return List.of(noDevice(NO_DEVICE + said(e)));
    }
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? "" : "; it says: " + e.getMessage();
  }

  private Device noDevice(String problem) {
    return new Device(name(), 0, "TornadoVM", 0, List.of(), problem);
  }

  private static String problem(TornadoDeviceInfo device) {
    return device.isHost() && !Boolean.getBoolean(HOST_PROPERTY) ? NO_SDK : null;
  }

  @Override
  public MemoryPlan plan(Model model, int threads, int context) {
    return plan(model, Optional.empty(), context);
  }

  @Override
  public MemoryPlan plan(Model model, AdapterWeights adapter, int threads, int context) {
    return plan(model, Optional.of(adapter), context);
  }

  private static MemoryPlan plan(Model model, Optional<AdapterWeights> adapter, int context) {
    return plan(model, adapter, LayerStack.of(model, context, Long.MAX_VALUE), context);
  }

  private static MemoryPlan plan(
      Model model, Optional<AdapterWeights> adapter, List<LayerStack> stacks, int context) {
    HyperParameters sizes = model.hyperParameters();
    checkHeads(model, sizes);
    checkRotation(model, sizes);
    long adaptedScratch =
        adapter.map(source -> DeviceAdapter.scratchBytes(source, stacks, sizes)).orElse(0L);
    return new MemoryPlan(
        DeviceWeights.bytes(model, stacks),
        stacks.stream().mapToLong(stack -> stack.cacheBytes(context)).sum(),
        Activations.bytes(sizes, context, stacks.size()) + adaptedScratch,
        adapter.map(source -> DeviceAdapter.bytes(source, stacks, sizes.vocabulary())).orElse(0L));
  }

  private static void checkHeads(Model model, HyperParameters sizes) {
    int size = sizes.headSize();
    if (size % 2 != 0 || size > AttentionKernels.MAX_HEAD_SIZE) {
      throw new ModelFileException(
          model.file(),
          "head size",
          ModelFileException.NO_OFFSET,
          "%d is not an even number up to %d, which this backend needs"
              .formatted(size, AttentionKernels.MAX_HEAD_SIZE));
    }
  }

  private static void checkRotation(Model model, HyperParameters sizes) {
    sizes.attention().stream()
        .flatMap(layer -> layer.rope().stream())
        .filter(rope -> rope.dimensions() != sizes.ropeDimensions())
        .findFirst()
        .ifPresent(rope -> {
          throw new ModelFileException(
              model.file(),
              "RoPE",
              ModelFileException.NO_OFFSET,
              ("some layers rotate %d channels of a head and others %d, which backend tornado does"
                      + " not support yet: take another backend (--backend cpu)")
                  .formatted(rope.dimensions(), sizes.ropeDimensions()));
        });
  }

  @Override
  public LoadedModel load(Model model, int index, int threads, int context) {
    return load(model, Optional.empty(), device(index), context);
  }

  @Override
  public LoadedModel load(
      Model model, AdapterWeights adapter, int index, int threads, int context) {
    return load(model, Optional.of(adapter), device(index), context);
  }

  private static TornadoDeviceInfo device(int index) {
    List<TornadoDeviceInfo> devices = TornadoDeviceInfo.all();
    if (index < 0 || index >= devices.size()) {
      throw new IllegalArgumentException(
          "there is no tornado device %d, only 0 to %d".formatted(index, devices.size() - 1));
    }
    return devices.get(index);
  }

  /**
   * Brings a model's weights to a device.
   *
   * @param adapter of adapted passes, if there is one
   */
  static LoadedModel load(
      Model model, Optional<AdapterWeights> adapter, TornadoDeviceInfo device, int context) {
    List<LayerStack> stacks = LayerStack.of(model, context, device.largestArray());
    MemoryPlan plan = plan(model, adapter, stacks, context);
    check("the model with a session of " + context + " positions", plan.total(), device.memory());
    check("the embedding", DeviceWeights.largestArray(model), device.largestArray());
    check(
        "the logits of a pass",
        Activations.largestArray(model.hyperParameters()),
        device.largestArray());
    check(
        "the angles of RoPE",
        RopeTables.of(model.hyperParameters(), context).size() * Float.BYTES,
        device.largestArray());
    for (LayerStack stack : stacks) {
      check("one array of a layer", stack.largestArray(context), device.largestArray());
    }
    adapter.ifPresent(source ->
        check(
            "one array of the draft adapter",
            DeviceAdapter.largestArray(source, stacks),
            device.largestArray()));
    return new TornadoModel(
        model,
        adapter,
        device,
        plan,
        stacks,
        KernelProfiles.read(System.getProperty(PROFILE_PROPERTY)),
        context);
  }

  private static void check(String what, long asked, long free) {
    if (asked > free) {
      throw new InsufficientMemoryException(
          what,
          asked,
          free,
          "ask for a smaller context (--context), take a smaller model or another device");
    }
  }
}
