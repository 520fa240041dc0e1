package dev.skipstone.tornado;

import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The tasks of a sublayer, in passes with a draft adapter and without: those that every model has,
 * fused where a kernel does that, and those that only some need.
 */
final class SublayerTasks {

  /**
   * What an adapter adds to a product.
   *
   * @param low receives the products with the matrix down
   */
  record Addition(LowRankMatrix matrix, FloatArray low) {}

  private final GraphBuilder builder;
  private final PassArguments pass;
  private final Activations activations;

  SublayerTasks(GraphBuilder builder, PassArguments pass) {
    this.builder = builder;
    this.pass = pass;
    activations = pass.activations();
  }

  void addAttention(
      SublayerWeights weights,
      DeviceCache cache,
      Optional<Addition> toInput,
      Optional<Addition> toOutput) {
    FloatArray projected = activations.projected();
    boolean fused =
        toInput.isEmpty()
            && weights.norm().isPresent()
            && builder.tryAdd(
                KernelRegistry.NORM_AND_PROJECT,
                pass.normAndProject(weights.norm().get(), weights.input(), projected));
    if (!fused) {
      FloatArray input = start(weights);
      project(weights.input(), toInput, input, projected);
    }
    addBias(weights.inputBias(), projected, weights.input());
    if (weights.headNorm().isPresent()) {
      toInput.ifPresent(extra ->
          builder.add(KernelRegistry.RAISE, pass.raiseHeads(extra.low(), extra.matrix().up())));
      builder.add(KernelRegistry.NORM_HEADS, pass.normHeads(weights.headNorm().get()));
    }
    if (toInput.isPresent() && weights.headNorm().isEmpty()) {
      Addition extra = toInput.get();
      builder.add(
          KernelRegistry.ROTATE_ADAPTED, pass.rotate(cache, extra.low(), extra.matrix().up()));
    } else {
      builder.add(KernelRegistry.ROTATE, pass.rotate(cache));
    }
    builder.add(KernelRegistry.ATTEND, pass.attend(cache));
    finish(weights, toOutput, activations.attended());
  }

  void addMlp(SublayerWeights weights, Optional<Addition> toInput, Optional<Addition> toOutput) {
    FloatArray input = start(weights);
    boolean fused =
        toInput.isEmpty()
            && weights.inputBias().isEmpty()
            && builder.tryAdd(
                KernelRegistry.PROJECT_AND_GATE, pass.projectAndGate(weights.input(), input));
    if (!fused) {
      project(weights.input(), toInput, input, activations.gateAndUp());
      addBias(weights.inputBias(), activations.gateAndUp(), weights.input());
      if (toInput.isPresent()) {
        Addition extra = toInput.get();
        builder.add(KernelRegistry.GATE_ADAPTED, pass.gate(extra.low(), extra.matrix().up()));
      } else {
        builder.add(KernelRegistry.GATE, pass.gate());
      }
    }
    finish(weights, toOutput, activations.gated());
  }

  /** Norms what the sublayer takes, if it does; returns where that is then. */
  private FloatArray start(SublayerWeights weights) {
    if (weights.norm().isEmpty()) {
      builder.add(KernelRegistry.START, pass.start());
      return activations.residual();
    }
    builder.add(KernelRegistry.NORM, pass.norm(weights.norm().get()));
    return activations.normed();
  }

  /** Multiplies by a matrix and, for what is added to it, by the matrix down. */
  private void project(
      DeviceMatrix matrix, Optional<Addition> extra, FloatArray input, FloatArray output) {
    if (extra.isEmpty()) {
      builder.add(KernelRegistry.PROJECT, pass.project(matrix, input, output));
      return;
    }
    DeviceMatrix down = extra.get().matrix().down();
    FloatArray low = extra.get().low();
    boolean fused =
        builder.tryAdd(
            KernelRegistry.PROJECT_AND_LOWER,
            pass.projectAndLower(matrix, down, input, output, low));
    if (!fused) {
      builder.add(KernelRegistry.PROJECT, pass.project(matrix, input, output));
      builder.add(KernelRegistry.PROJECT, pass.lower(down, input, low));
    }
  }

  private void addBias(Optional<FloatArray> bias, FloatArray output, DeviceMatrix matrix) {
    bias.ifPresent(values ->
        builder.add(KernelRegistry.ADD_BIAS, pass.addBias(values, output, matrix.rows())));
  }

  /** Brings the sublayer's result to the residual stream. */
  private void finish(SublayerWeights weights, Optional<Addition> extra, FloatArray input) {
    boolean plain =
        weights.outputBias().isEmpty()
            && weights.postNorm().isEmpty()
            && pass.sizes().multipliers().residual() == 1;
    boolean fused =
        plain
            && extra.isEmpty()
            && builder.tryAdd(
                KernelRegistry.PROJECT_AND_ADD,
                pass.project(weights.output(), input, activations.residual()));
    if (fused) {
      return;
    }
    project(weights.output(), extra, input, activations.update());
    addBias(weights.outputBias(), activations.update(), weights.output());
    if (weights.postNorm().isPresent()) {
      extra.ifPresent(
          one -> builder.add(KernelRegistry.RAISE, pass.raiseUpdate(one.low(), one.matrix().up())));
      builder.add(KernelRegistry.NORM_AND_ADD, pass.normAndAdd(weights.postNorm().get()));
    } else if (extra.isPresent()) {
      builder.add(
          KernelRegistry.ADD_ADAPTED, pass.add(extra.get().low(), extra.get().matrix().up()));
    } else {
      builder.add(KernelRegistry.ADD, pass.add());
    }
  }
}
