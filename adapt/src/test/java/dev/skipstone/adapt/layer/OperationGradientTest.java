package dev.skipstone.adapt.layer;

import static dev.skipstone.adapt.layer.GradientCheck.assertClose;
import static dev.skipstone.adapt.layer.GradientCheck.assertGradient;
import static dev.skipstone.adapt.layer.GradientCheck.dot;
import static dev.skipstone.adapt.layer.GradientCheck.doubles;
import static dev.skipstone.adapt.layer.GradientCheck.frozen;
import static dev.skipstone.adapt.layer.GradientCheck.join;
import static dev.skipstone.adapt.layer.GradientCheck.random;
import static dev.skipstone.adapt.layer.GradientCheck.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Multipliers;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each operation by itself: its result against float64, and its derivative against finite
 * differences of that. The function that is derived is the result times random numbers.
 */
final class OperationGradientTest {
  private static final int ROWS = 5;

  private final Workers workers = new Workers(2);
  private final MatrixProduct product = new MatrixProduct(workers);

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void rmsNorm() {
    int width = 24;
    float[] weight = random(1, width);
    float[] x = random(2, ROWS * width);
    float[] factors = random(3, ROWS * width);
    RmsNorm norm = new RmsNorm(weight, 1e-5f, ROWS, workers);
    UnaryOperator<double[]> reference =
        at -> join(rows(at, width), row -> Reference.norm(row, doubles(weight), 1e-5));
    float[] y = new float[x.length];
    norm.forward(ROWS, x, y);
    assertClose(y, reference.apply(doubles(x)));
    float[] gradient = random(4, x.length);
    float[] before = gradient.clone();
    norm.backward(ROWS, x, factors.clone(), gradient);
    assertGradient(
        "x", x, 1, minus(gradient, before), at -> dot(reference.apply(at), doubles(factors)));
  }

  @ParameterizedTest
  @EnumSource
  void activationGate(Activation activation) {
    int count = 100;
    float[] g = random(1, count);
    float[] u = random(2, count);
    float[] factors = random(3, count);
    ActivationGate gate = new ActivationGate(activation, workers);
    float[] y = new float[count];
    gate.forward(count, g, u, y);
    assertClose(y, Reference.gate(activation, doubles(g), doubles(u)));
    float[] gGradient = new float[count];
    float[] uGradient = factors.clone();
    gate.backward(count, g, u, uGradient, gGradient);
    assertGradient(
        "g",
        g,
        1,
        gGradient,
        at -> dot(Reference.gate(activation, at, doubles(u)), doubles(factors)));
    assertGradient(
        "u",
        u,
        1,
        uGradient,
        at -> dot(Reference.gate(activation, doubles(g), at), doubles(factors)));
  }

  @Test
  void softCap() {
    int count = 40;
    float[] x = random(1, count);
    float[] factors = random(2, count);
    SoftCap cap = new SoftCap(0.8f);
    float[] y = x.clone();
    cap.forward(y, 0, count);
    assertClose(y, Arrays.stream(doubles(x)).map(value -> Reference.cap(value, 0.8f)).toArray());
    float[] gradient = new float[count];
    cap.slopes(y, 0, count, gradient);
    for (int i = 0; i < count; i++) {
      gradient[i] *= factors[i];
    }
    assertGradient(
        "x",
        x,
        1,
        gradient,
        at ->
            dot(
                Arrays.stream(at).map(value -> Reference.cap(value, 0.8f)).toArray(),
                doubles(factors)));
  }

  @Test
  void linearWithLowRankDeltaAndBias() {
    int in = 24;
    int out = 37;
    int rank = 3;
    float[] weight = random(1, out * in);
    float[] x = random(2, ROWS * in);
    float[] factors = random(3, ROWS * out);
    Parameters parameters = new Parameters();
    LowRank delta = new LowRank(parameters, "w", in, out, rank, ROWS, product);
    parameters.allocate();
    float[] trained = random(4, parameters.size());
    System.arraycopy(trained, 0, parameters.values(), 0, trained.length);
    delta.refresh();
    float[] bias = random(5, out);
    Linear linear = new Linear(new FrozenMatrix(weight, out, in, true), bias, delta, product);
    float[] y = random(6, ROWS * out);
    float[] before = y.clone();
    linear.forward(ROWS, x, y, true);
    double[] expected = linear(doubles(x), doubles(weight), doubles(trained), in, rank);
    assertClose(
        minus(y, before), join(rows(expected, out), row -> Reference.plus(row, doubles(bias))));
    float[] xGradient = new float[x.length];
    linear.backward(ROWS, x, factors, xGradient, false);
    assertGradient(
        "x",
        x,
        1,
        xGradient,
        at -> dot(linear(at, doubles(weight), doubles(trained), in, rank), doubles(factors)));
    assertGradient(
        "down and up",
        trained,
        1,
        parameters.gradients(),
        at -> dot(linear(doubles(x), doubles(weight), at, in, rank), doubles(factors)));
  }

  /** The trained values are down [in][rank] and up [out][rank]. */
  private static double[] linear(double[] x, double[] weight, double[] trained, int in, int rank) {
    double[][] down = rows(Arrays.copyOf(trained, in * rank), rank);
    double[][] up = rows(Arrays.copyOfRange(trained, in * rank, trained.length), rank);
    return join(
        rows(x, in),
        row -> {
          double[] hidden = new double[rank];
          for (int i = 0; i < in; i++) {
            for (int r = 0; r < rank; r++) {
              hidden[r] += down[i][r] * row[i];
            }
          }
          return Reference.plus(
              Reference.times(rows(weight, in), row), Reference.times(up, hidden));
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sublayerOutput(boolean isNormed) {
    HyperParameters sizes = adding(0.3f);
    int in = 10;
    float[] inside = random(1, ROWS * in);
    float[] x = random(2, ROWS * 24);
    float[] weight = random(3, 24 * in);
    float[] normWeight = random(4, 24);
    float[] factors = random(5, x.length);
    UnaryOperator<double[]> reference =
        at -> {
          double[][] rows = rows(at, in);
          double[][] stream = rows(doubles(x), 24);
          for (int i = 0; i < rows.length; i++) {
            double[] added = Reference.times(rows(doubles(weight), in), rows[i]);
            added = isNormed ? Reference.norm(added, doubles(normWeight), 1e-5) : added;
            rows[i] =
                Reference.plus(stream[i], Reference.times(sizes.multipliers().residual(), added));
          }
          return join(rows, row -> row);
        };
    SublayerOutput output =
        new SublayerOutput(
            frozen(weight, 24, in, ROWS, product),
            isNormed ? new RmsNorm(normWeight, 1e-5f, ROWS, workers) : null,
            Scratch.allocate(sizes, ROWS));
    float[] y = new float[x.length];
    output.forward(ROWS, inside, x, y);
    assertClose(y, reference.apply(doubles(inside)));
    float[] gradient = new float[inside.length];
    float[] yGradient = factors.clone();
    output.backward(ROWS, inside, yGradient, gradient);
    assertThat(yGradient).as("the gradient of y, which is that of x, too").isEqualTo(factors);
    assertGradient("inside", inside, 1, gradient, at -> dot(reference.apply(at), doubles(factors)));
  }

  /** With a multiplier of what is added to the residual stream. */
  private static HyperParameters adding(float factor) {
    Multipliers multipliers = new Multipliers(1, 1, factor, 1, 0, 0);
    return new HyperParameters(
        2, 24, 40, 4, 2, 6, 50, 64, 1e-5f, 10_000, 6, List.of(), multipliers);
  }

  private static float[] minus(float[] x, float[] y) {
    float[] result = x.clone();
    for (int i = 0; i < x.length; i++) {
      result[i] -= y[i];
    }
    return result;
  }
}
