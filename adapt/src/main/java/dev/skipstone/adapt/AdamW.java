package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.Parameters;
import dev.skipstone.adapt.math.Workers;
import java.util.Arrays;
import java.util.List;

/**
 * Adam with decoupled weight decay (arXiv 1711.05101), and clipping by the norm of the whole
 * gradient. Work is shared out in pieces of a fixed size, so that sums have one order.
 */
final class AdamW {
  private static final float MOMENTUM = 0.9f;

  /** Less than the usual 0.999: a training is short, and its gradients shrink quickly. */
  private static final float SQUARE_MOMENTUM = 0.99f;

  private static final float EPSILON = 1e-8f;
  private static final int PIECE = 1 << 15;

  private final Parameters parameters;
  private final Workers workers;
  private final float[] first;
  private final float[] second;
  private final double[] squares;
  private final Workers.Task sum = this::sumPiece;
  private final Workers.Task update = this::updatePiece;
  private final boolean[] decays;

  private float scale;
  private float rate;
  private float decay;
  private float firstCorrection;
  private float secondCorrection;

  AdamW(Parameters parameters, Workers workers) {
    this.parameters = parameters;
    this.workers = workers;
    first = new float[parameters.size()];
    second = new float[parameters.size()];
    squares = new double[pieces()];
    decays = new boolean[parameters.size()];
    List<Parameters.Tensor> tensors = parameters.tensors();
    for (Parameters.Tensor tensor : tensors) {
      Arrays.fill(decays, tensor.offset(), tensor.offset() + tensor.size(), tensor.decays());
    }
  }

  /** Moving average of the gradients, for checkpoints. */
  float[] first() {
    return first;
  }

  /** Moving average of the gradients' squares, for checkpoints. */
  float[] second() {
    return second;
  }

  private int pieces() {
    return (parameters.size() + PIECE - 1) / PIECE;
  }

  /**
   * Changes the parameters and sets the gradients to zero.
   *
   * @param step from 0
   * @param clip the most that the gradient's norm may be
   * @return the gradient's norm before it was clipped
   */
  double step(int step, float learningRate, float weightDecay, float clip) {
    workers.run(pieces(), sum);
    double total = 0;
    for (double piece : squares) {
      total += piece;
    }
    double norm = Math.sqrt(total);
    scale = norm > clip ? (float) (clip / norm) : 1;
    rate = learningRate;
    decay = learningRate * weightDecay;
    firstCorrection = (float) (1 / (1 - StrictMath.pow(MOMENTUM, step + 1.0)));
    secondCorrection = (float) (1 / (1 - StrictMath.pow(SQUARE_MOMENTUM, step + 1.0)));
    workers.run(pieces(), update);
    return norm;
  }

  private void sumPiece(int worker, int unit) {
    float[] gradients = parameters.gradients();
    double total = 0;
    for (int i = unit * PIECE; i < Math.min(gradients.length, (unit + 1) * PIECE); i++) {
      total += (double) gradients[i] * gradients[i];
    }
    squares[unit] = total;
  }

  private void updatePiece(int worker, int unit) {
    float[] values = parameters.values();
    float[] gradients = parameters.gradients();
    for (int i = unit * PIECE; i < Math.min(values.length, (unit + 1) * PIECE); i++) {
      float gradient = gradients[i] * scale;
      first[i] += (1 - MOMENTUM) * (gradient - first[i]);
      second[i] += (1 - SQUARE_MOMENTUM) * (gradient * gradient - second[i]);
      float step =
          first[i] * firstCorrection / ((float) Math.sqrt(second[i] * secondCorrection) + EPSILON);
      values[i] -= rate * step + (decays[i] ? decay * values[i] : 0);
      gradients[i] = 0;
    }
  }
}
