package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.PassBuffer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What operations of a pass work on: its activations, and what is given.
 *
 * @param most rows
 */
record PassArguments(HyperParameters sizes, Activations activations, int most) {

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
        most);
  }

  Arguments.Gate gate() {
    return new Arguments.Gate(
        activations.pass(), activations.gateAndUp(), activations.gated(), sizes.hidden(), most);
  }

  Arguments.GateAdapted gate(FloatArray low, DeviceMatrix up) {
    return new Arguments.GateAdapted(
        activations.pass(),
        activations.gateAndUp(),
        low,
        up,
        activations.gated(),
        sizes.hidden(),
        most);
  }

  Arguments.Add add() {
    return new Arguments.Add(
        activations.pass(), activations.update(), activations.residual(), sizes.width(), most);
  }

  Arguments.AddAdapted add(FloatArray low, DeviceMatrix up) {
    return new Arguments.AddAdapted(
        activations.pass(), activations.update(), low, up, activations.residual(), most);
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
