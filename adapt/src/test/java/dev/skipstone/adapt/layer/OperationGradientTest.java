package dev.skipstone.adapt.layer;

import static dev.skipstone.adapt.layer.GradientCheck.assertGradient;
import static dev.skipstone.adapt.layer.GradientCheck.dot;
import static dev.skipstone.adapt.layer.GradientCheck.doubles;
import static dev.skipstone.adapt.layer.GradientCheck.random;
import static dev.skipstone.adapt.layer.GradientCheck.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skipstone.adapt.math.MatrixProduct;
import dev.skipstone.adapt.math.Workers;
import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Rope;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each operation by itself: its result against float64, and its derivative against finite
 * differences of that. The function that is derived is the result times random numbers.
 */
final class OperationGradientTest {
  private static final int ROWS = 5;
  private static final HyperParameters SIZES =
      new HyperParameters(2, 24, 40, 4, 2, 6, 50, 64, 1e-5f, 10_000, 6);

  private static final Optional<Rope> ROPE = Optional.of(new Rope(10_000, 6));

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

  @Test
  void siluGate() {
    int count = 100;
    float[] g = random(1, count);
    float[] u = random(2, count);
    float[] factors = random(3, count);
    ActivationGate gate = new ActivationGate(Activation.SILU, workers);
    float[] y = new float[count];
    gate.forward(count, g, u, y);
    assertClose(y, Reference.gate(doubles(g), doubles(u)));
    float[] gGradient = new float[count];
    float[] uGradient = factors.clone();
    gate.backward(count, g, u, uGradient, gGradient);
    assertGradient(
        "g", g, 1, gGradient, at -> dot(Reference.gate(at, doubles(u)), doubles(factors)));
    assertGradient(
        "u", u, 1, uGradient, at -> dot(Reference.gate(doubles(g), at), doubles(factors)));
  }

  @Test
  void linearWithLowRankDelta() {
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
    Linear linear = new Linear(new FrozenMatrix(weight, out, in, true), null, delta, product);
    float[] y = new float[ROWS * out];
    linear.forward(ROWS, x, y, false);
    assertClose(y, linear(doubles(x), doubles(weight), doubles(trained), in, rank));
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

  @Test
  void rotation() {
    AnchorBatch batch = batch(new TargetStates(SIZES, LayerPath.full(2), 20, 0), 3, 11);
    RotaryEmbedding rope = new RotaryEmbedding(RopePairing.ADJACENT, ROPE, 6, 30, workers);
    int width = 24;
    float[] x = random(1, batch.rows() * width);
    float[] factors = random(2, x.length);
    UnaryOperator<double[]> reference =
        at -> {
          double[][] rows = rows(at, width);
          for (int i = 0; i < rows.length; i++) {
            rows[i] = Reference.rotate(rows[i], SIZES, batch.position(i));
          }
          return join(rows, row -> row);
        };
    float[] y = x.clone();
    rope.forward(batch, y, SIZES.heads());
    assertClose(y, reference.apply(doubles(x)));
    float[] gradient = factors.clone();
    rope.backward(batch, gradient, SIZES.heads());
    assertGradient("x", x, 1, gradient, at -> dot(reference.apply(at), doubles(factors)));
  }

  @Test
  void rotationOfHalvesIsThatOfAdjacentChannelsInAnotherOrder() {
    AnchorBatch batch = batch(new TargetStates(SIZES, LayerPath.full(2), 20, 0), 5);
    float[] adjacent = random(1, 3 * 24);
    float[] halves = new float[adjacent.length];
    for (int i = 0; i < adjacent.length; i++) {
      halves[i / 6 * 6 + i % 2 * 3 + i % 6 / 2] = adjacent[i];
    }
    new RotaryEmbedding(RopePairing.ADJACENT, ROPE, 6, 30, workers).forward(batch, adjacent, 4);
    new RotaryEmbedding(RopePairing.HALVES, ROPE, 6, 30, workers).forward(batch, halves, 4);
    for (int i = 0; i < adjacent.length; i++) {
      assertThat(halves[i / 6 * 6 + i % 2 * 3 + i % 6 / 2]).isEqualTo(adjacent[i]);
    }
  }

  @Test
  void attention() {
    TargetStates states = new TargetStates(SIZES, LayerPath.full(2), 20, 0);
    AnchorBatch batch = batch(states, 0, 4, 19);
    System.arraycopy(random(8, 20 * 12), 0, states.keys(1), 0, 20 * 12);
    System.arraycopy(random(9, 20 * 12), 0, states.values(1), 0, 20 * 12);
    AttentionContext context = new AttentionContext(1, SIZES, 20);
    context.load(states, 0);
    context.load(states, 1);
    DraftAttention attention = new DraftAttention(SIZES, 20, 3, workers);
    float[] q = random(1, batch.rows() * 24);
    float[] k = random(2, batch.rows() * 12);
    float[] v = random(3, batch.rows() * 12);
    float[] factors = random(4, q.length);
    float[] y = new float[q.length];
    float[] sums = new float[batch.rows() * 4];
    attention.forward(batch, context, q, k, v, y, sums);
    assertClose(y, attend(batch, states, doubles(q), doubles(k), doubles(v)));
    Scratch scratch = Scratch.allocate(SIZES, batch.rows());
    System.arraycopy(factors, 0, scratch.attended(), 0, factors.length);
    attention.backward(batch, context, q, k, v, y, sums, scratch);
    assertGradient(
        "q",
        q,
        1,
        scratch.queries(),
        at -> dot(attend(batch, states, at, doubles(k), doubles(v)), doubles(factors)));
    assertGradient(
        "k",
        k,
        1,
        scratch.keys(),
        at -> dot(attend(batch, states, doubles(q), at, doubles(v)), doubles(factors)));
    assertGradient(
        "v",
        v,
        1,
        scratch.values(),
        at -> dot(attend(batch, states, doubles(q), doubles(k), at), doubles(factors)));
  }

  private static double[] attend(
      AnchorBatch batch, TargetStates states, double[] q, double[] k, double[] v) {
    double[][] result = rows(q, 24);
    for (int row = 0; row < batch.rows(); row++) {
      int slot = row % batch.draftTokens();
      int earlier = batch.position(row) - slot;
      result[row] =
          Reference.attend(
              result[row],
              seen(states.keys(1), rows(k, 12), earlier, row - slot, slot),
              seen(states.values(1), rows(v, 12), earlier, row - slot, slot),
              SIZES);
    }
    return join(result, row -> row);
  }

  private static double[][] seen(float[] states, double[][] own, int earlier, int first, int slot) {
    double[][] seen = Arrays.copyOf(rows(doubles(states), 12), earlier + slot + 1);
    System.arraycopy(own, first, seen, earlier, slot + 1);
    return seen;
  }

  private static AnchorBatch batch(TargetStates states, int... anchors) {
    states.begin(new int[20]);
    AnchorBatch batch = new AnchorBatch(anchors.length, 3);
    batch.set(states, anchors, anchors.length);
    return batch;
  }

  private static double[] join(double[][] rows, UnaryOperator<double[]> each) {
    return Arrays.stream(rows).map(each).flatMapToDouble(Arrays::stream).toArray();
  }

  private static float[] minus(float[] x, float[] y) {
    float[] result = x.clone();
    for (int i = 0; i < x.length; i++) {
      result[i] -= y[i];
    }
    return result;
  }

  private static void assertClose(float[] actual, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }
}
