package dev.skipstone.runtime.cpu;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.runtime.pass.Device;
import dev.skipstone.runtime.pass.LoadedModel;
import dev.skipstone.runtime.pass.MemoryPlan;
import java.util.List;

/** The processor of this machine. */
public final class CpuBackend implements Backend {
  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public List<Device> devices() {
    int processors = Runtime.getRuntime().availableProcessors();
    return List.of(
        new Device(
            name(),
            0,
            System.getProperty("os.arch") + ", " + processors + " processors",
            CpuMemory.total(),
            List.of("vector-" + Lanes.FLOAT.vectorBitSize()),
            null));
  }

  @Override
  public MemoryPlan plan(Model model, int threads, int context) {
    HyperParameters sizes = model.hyperParameters();
    return new MemoryPlan(
        CpuWeights.bytes(model),
        CpuMemory.cache(sizes, context),
        Transformer.scratchBytes(sizes, CpuWeights.forms(model), context, threads),
        0);
  }

  @Override
  public MemoryPlan plan(Model model, AdapterWeights adapter, int threads, int context) {
    MemoryPlan plain = plan(model, threads, context);
    ActivationForms forms = CpuAdapter.forms(CpuWeights.forms(model), adapter);
    long scratch =
        Transformer.scratchBytes(model.hyperParameters(), forms, context, threads)
            + Transformer.scratchBytes(adapter);
    return new MemoryPlan(plain.weights(), plain.kvCache(), scratch, CpuAdapter.bytes(adapter));
  }

  @Override
  public LoadedModel load(Model model, int index, int threads, int context) {
    return loadPlain(model, false, index, threads, context);
  }

  @Override
  public LoadedModel load(
      Model model, AdapterWeights adapter, int index, int threads, int context) {
    CpuModel loaded = loadPlain(model, true, index, threads, context);
    try {
      loaded.attach(adapter);
      return loaded;
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  private CpuModel loadPlain(Model model, boolean drafts, int index, int threads, int context) {
    if (index != 0) {
      throw new IllegalArgumentException("there is no cpu device " + index + ", only 0");
    }
    MemoryPlan plan = plan(model, threads, context);
    CpuMemory.check(
        "the model with a session of " + context + " positions",
        plan.total(),
        "ask for a smaller context (--context) or take a smaller model");
    return new CpuModel(model, drafts, threads, context);
  }
}
