package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.tornado.kernel.ChoiceBuffer;
import dev.skipstone.tornado.kernel.DeviceTraits;
import dev.skipstone.tornado.kernel.KernelProfile;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Executes passes of one sequence at a time on a device, and holds what they need there. */
final class PassExecutor implements AutoCloseable {
  private final Activations activations;
  private final PassGraphs graphs;
  private final TornadoExecutionPlan plan;
  private final int vocabulary;

  /** The stack of each layer, and its index there. */
  private final int[] stackOf;

  private final int[] indexOf;

  /** Positions that each layer looks at. */
  private final int[] windows;

  private final RopeTables ropes;

  /** Each layer's table of angles. */
  private int[] tables;

  private TornadoExecutionResult lastResult;
  private int launches;

  PassExecutor(
      Model model,
      DeviceWeights weights,
      Optional<DeviceAdapter> adapter,
      int positions,
      TornadoDevice device,
      DeviceTraits traits,
      KernelProfile profile) {
    HyperParameters sizes = model.hyperParameters();
    int layers = sizes.layers();
    vocabulary = sizes.vocabulary();
    ropes = RopeTables.of(sizes, positions);
    windows =
        sizes.attention().stream()
            .mapToInt(layer -> layer.window() == 0 ? positions : layer.window())
            .toArray();
    activations = Activations.allocate(model, positions);
    graphs = new PassGraphs(model, weights, adapter, activations, traits, profile);
    stackOf = new int[layers];
    indexOf = new int[layers];
    for (int stack = 0; stack < weights.stacks().size(); stack++) {
      List<Integer> members = weights.stacks().get(stack).layers();
      for (int i = 0; i < members.size(); i++) {
        stackOf[members.get(i)] = stack;
        indexOf[members.get(i)] = i;
      }
    }
    plan = new TornadoExecutionPlan(graphs.snapshots());
    plan.withDevice(device);
    expect(positions);
    setup();
  }

  /** Compiles every graph and brings weights to the device, with a token at the cache's start. */
  private void setup() {
    IntArray buffer = activations.pass();
    buffer.set(PassBuffer.ROWS, 1);
    buffer.set(PassBuffer.LOGIT_ROWS, 1);
    // No more than two sublayers follow a begin here.
    setStep(0, 0, 0);
    setStep(1, 0, 0);
    activations.choice().set(ChoiceBuffer.TEMPERATURE, 1);
    activations.choice().set(ChoiceBuffer.TOP_K, vocabulary);
    activations.choice().set(ChoiceBuffer.TOP_P, 1);
    graphs.setup().forEach(this::execute);
  }

  /**
   * Takes the angles for sequences of so many positions.
   *
   * @return whether they are others than before
   */
  boolean expect(int positions) {
    int[] next = new int[stackOf.length];
    Arrays.setAll(next, layer -> ropes.table(layer, positions));
    boolean changed = !Arrays.equals(next, tables);
    tables = next;
    return changed;
  }

  /** Runs a pass that has been checked. */
  void run(Pass pass) {
    launches = 0;
    fill(pass);
    if (pass.adapted()) {
      runAdapted(pass, graphs.adapted());
      return;
    }
    fillPath(pass.path());
    PassShape shape = PassShape.of(pass.rows());
    execute(graphs.begin());
    LayerPath path = pass.path();
    for (int layer = 0; layer < stackOf.length; layer++) {
      if (path.runsAttention(layer)) {
        execute(graphs.attention(shape, stackOf[layer]));
      }
      if (path.runsMlp(layer)) {
        execute(graphs.mlp(shape, stackOf[layer]));
      }
    }
    if (pass.logitRows().length > 0) {
      execute(graphs.end(pass.logitRows().length));
    }
  }

  private void runAdapted(Pass pass, AdaptedGraphs adapted) {
    List<AdaptedGraphs.Step> steps = adapted.steps();
    for (int i = 0; i < steps.size(); i++) {
      setStep(i, steps.get(i).layer(), steps.get(i).slot());
    }
    execute(graphs.begin());
    if (hasMasks(pass)) {
      execute(adapted.masks());
    }
    for (int i = 0; i < steps.size(); i++) {
      execute(steps.get(i).graph());
    }
    if (pass.logitRows().length > 0) {
      execute(adapted.end());
    }
  }

  private static boolean hasMasks(Pass pass) {
    for (int token : pass.tokens()) {
      if (token < 0) {
        return true;
      }
    }
    return false;
  }

  private void fill(Pass pass) {
    IntArray buffer = activations.pass();
    buffer.set(PassBuffer.ROWS, pass.rows());
    buffer.set(PassBuffer.START, pass.start());
    buffer.set(PassBuffer.LOGIT_ROWS, pass.logitRows().length);
    buffer.set(PassBuffer.STEP, 0);
    for (int i = 0; i < pass.rows(); i++) {
      buffer.set(PassBuffer.TOKENS + i, pass.tokens()[i]);
    }
    for (int i = 0; i < pass.logitRows().length; i++) {
      buffer.set(PassBuffer.LOGIT_ROW + i, pass.logitRows()[i]);
    }
  }

  private void fillPath(LayerPath path) {
    int step = 0;
    for (int layer = 0; layer < stackOf.length; layer++) {
      if (path.runsAttention(layer)) {
        setStep(step++, layer, 0);
      }
      if (path.runsMlp(layer)) {
        setStep(step++, layer, 0);
      }
    }
  }

  private void setStep(int step, int layer, int slot) {
    int at = PassBuffer.PATH + PassBuffer.STEP_SIZE * step;
    IntArray buffer = activations.pass();
    buffer.set(at, indexOf[layer]);
    buffer.set(at + 1, slot);
    buffer.set(at + PassBuffer.WINDOW, windows[layer]);
    buffer.set(at + PassBuffer.TABLE, tables[layer]);
  }

  private void execute(int graph) {
    lastResult = plan.withGraph(graph).withGridScheduler(graphs.grids()).execute();
    launches += graphs.launches(graph);
  }

  /** The best token of a row of the last pass's logits. */
  int best(int row) {
    return activations.best().get(row);
  }

  /** That token's probability. */
  float probability(int row) {
    return activations.probability().get(row);
  }

  /** Draws from the last pass's logits, as {@link #choice} says. */
  void draw() {
    execute(graphs.draw());
  }

  /** How to draw; laid out as {@link ChoiceBuffer}. */
  FloatArray choice() {
    return activations.choice();
  }

  /** What was drawn. */
  IntArray result() {
    return activations.result();
  }

  /** Copies a row of the last pass's logits from the device. */
  void logits(int row, float[] target) {
    long offset = (long) row * vocabulary;
    lastResult.transferToHost(
        new DataRange(activations.logits()).withOffset(offset).withSize(vocabulary));
    for (int i = 0; i < vocabulary; i++) {
      target[i] = activations.logits().get(row * vocabulary + i);
    }
  }

  /** Kernels that the last pass, and drawing from it, launched. */
  int launches() {
    return launches;
  }

  @Override
  public void close() {
    try {
      plan.freeDeviceMemory();
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new IllegalStateException("device memory could not be freed: " + e.getMessage(), e);
    }
  }
}
