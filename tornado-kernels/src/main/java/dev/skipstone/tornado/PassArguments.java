package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.ElementKernels;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What operations of a pass work on: its activations, and what is given.
 *
 * @param activation of the MLP's gate, as in {@link ElementKernels}
 * @param most rows
 */
record PassArguments(HyperParameters sizes, int activation, Activations activations, int most) {

  static PassArguments of(Model model, Activations activations, PassShape shape) {
    int activation =
        switch (model.architecture().activation()) {
          case SILU -> ElementKernels.SILU;
          case GELU_TANH -> ElementKernels.GELU;
        };
    return new PassArguments(model.hyperParameters(), activation, activations, shape.mostRows());
  }

  Arguments.Embed embed(DeviceMatrix matrix) {
    return new Arguments.Embed(
        activations.pass(), matrix, activations.residual(), sizes.multipliers().embedding(), most);
  }

  Arguments.Start start() {
    return new Arguments.Start(activations.pass(), most);
  }

  Arguments.Norm norm(FloatArray weight) {
    return new Arguments.Norm(
        activations.pass(),
        activations.residual(),
        weight,
        activations.normed(),
        sizes.width(),
        sizes.normEpsilon(),
        most);
  }

  Arguments.NormAndProject normAndProject(
      FloatArray weight, DeviceMatrix matrix, FloatArray output) {
    return new Arguments.NormAndProject(
        activations.pass(),
        activations.residual(),
        weight,
        matrix,
        output,
        sizes.normEpsilon(),
        most);
  }

  /** A product with the matrix of the layer. */
  Arguments.Project project(DeviceMatrix matrix, FloatArray input, FloatArray output) {
    return new Arguments.Project(
        activations.pass(), matrix, input, output, PassBuffer.ROWS, PassBuffer.LAYER, most);
  }

  /** A product with the matrix of the layer, and one with that of the slot. */
  Arguments.ProjectAndLower projectAndLower(
      DeviceMatrix matrix, DeviceMatrix down, FloatArray input, FloatArray output, FloatArray low) {
    return new Arguments.ProjectAndLower(
        activations.pass(), matrix, down, input, output, low, most);
  }

  /** A product with the matrix of the slot. */
  Arguments.Project lower(DeviceMatrix matrix, FloatArray input, FloatArray output) {
    return new Arguments.Project(
        activations.pass(), matrix, input, output, PassBuffer.ROWS, PassBuffer.SLOT, most);
  }

  /**
   * @param channels of a row
   */
  Arguments.AddBias addBias(FloatArray bias, FloatArray output, int channels) {
    return new Arguments.AddBias(activations.pass(), bias, output, channels, most);
  }

  Arguments.NormHeads normHeads(SublayerWeights.HeadNorm norm) {
    return new Arguments.NormHeads(
        activations.pass(),
        activations.projected(),
        norm.weight(),
        norm.queries(),
        norm.keys(),
        activations.heads(),
        sizes.normEpsilon(),
        most);
  }

  Arguments.Rotate rotate(DeviceCache cache) {
    return new Arguments.Rotate(
        activations.pass(),
        activations.projected(),
        activations.angles(),
        cache.keys(),
        cache.values(),
        activations.heads(),
        most);
  }

  Arguments.RotateAdapted rotate(DeviceCache cache, FloatArray low, DeviceMatrix up) {
    return new Arguments.RotateAdapted(
        activations.pass(),
        activations.projected(),
        low,
        up,
        activations.angles(),
        cache.keys(),
        cache.values(),
        activations.heads(),
        most);
  }

  Arguments.Attend attend(DeviceCache cache) {
    return new Arguments.Attend(
        activations.pass(),
        activations.projected(),
        cache.keys(),
        cache.values(),
        activations.attended(),
        activations.heads(),
        sizes.multipliers().scores(),
        sizes.multipliers().scoreCap(),
        most);
  }

  Arguments.Gate gate() {
    return new Arguments.Gate(
        activations.pass(),
        activations.gateAndUp(),
        activations.gated(),
        activation,
        sizes.hidden(),
        most);
  }

  Arguments.ProjectAndGate projectAndGate(DeviceMatrix matrix, FloatArray input) {
    return new Arguments.ProjectAndGate(
        activations.pass(), matrix, input, activations.gated(), activation, most);
  }

  Arguments.GateAdapted gate(FloatArray low, DeviceMatrix up) {
    return new Arguments.GateAdapted(
        activations.pass(),
        activations.gateAndUp(),
        low,
        up,
        activations.gated(),
        activation,
        sizes.hidden(),
        most);
  }

  Arguments.Add add() {
    return new Arguments.Add(
        activations.pass(),
        activations.update(),
        activations.residual(),
        sizes.width(),
        sizes.multipliers().residual(),
        most);
  }

  Arguments.NormAndAdd normAndAdd(FloatArray weight) {
    return new Arguments.NormAndAdd(
        activations.pass(),
        activations.update(),
        weight,
        activations.residual(),
        sizes.width(),
        sizes.normEpsilon(),
        most);
  }

  Arguments.AddAdapted add(FloatArray low, DeviceMatrix up) {
    return new Arguments.AddAdapted(
        activations.pass(),
        activations.update(),
        low,
        up,
        activations.residual(),
        sizes.multipliers().residual(),
        most);
  }

  /** What an adapter adds to queries, keys and values. */
  Arguments.Raise raiseHeads(FloatArray low, DeviceMatrix up) {
    return new Arguments.Raise(
        activations.pass(),
        low,
        up,
        activations.projected(),
        sizes.heads() * sizes.headSize(),
        sizes.keyValueHeads() * sizes.headSize(),
        most);
  }

  /** What an adapter adds to what a sublayer adds to the residual stream. */
  Arguments.Raise raiseUpdate(FloatArray low, DeviceMatrix up) {
    return new Arguments.Raise(
        activations.pass(), low, up, activations.update(), sizes.width(), sizes.width(), most);
  }

  /** Holding logits down, where the model does. */
  Optional<Arguments.Cap> cap() {
    float cap = sizes.multipliers().logitCap();
    return cap > 0
        ? Optional.of(
            new Arguments.Cap(
                activations.pass(), activations.logits(), sizes.vocabulary(), cap, most))
        : Optional.empty();
  }

  /** Logits of the rows that are asked for. */
  Arguments.Project output(DeviceMatrix matrix) {
    return new Arguments.Project(
        activations.pass(),
        matrix,
        activations.normed(),
        activations.logits(),
        PassBuffer.LOGIT_ROWS,
        PassBuffer.NO_LAYER,
        most);
  }

  /** Logits of the draft vocabulary. */
  Arguments.ProjectSome output(DeviceMatrix matrix, IntArray scored) {
    return new Arguments.ProjectSome(
        activations.pass(), matrix, scored, activations.normed(), activations.logits(), most);
  }

  Arguments.LeaveOut leaveOut(IntArray scored) {
    return new Arguments.LeaveOut(
        activations.pass(), scored, activations.logits(), sizes.vocabulary(), most);
  }

  Arguments.Rank rank() {
    return new Arguments.Rank(
        activations.pass(),
        activations.logits(),
        activations.best(),
        activations.probability(),
        sizes.vocabulary(),
        most);
  }
}
