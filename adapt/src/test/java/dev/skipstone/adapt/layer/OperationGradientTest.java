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
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Rope;
import dev.skipstone.runtime.pass.LayerPath;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Plain; and of some channels only, scaled, made longer, and another one in a long sequence. */
  static Stream<Rope> ropes() {
    Rope scaled = new Rope(500, 4, List.of(2f, 7f), 1.3f, Optional.empty());
    return Stream.of(
        ROPE.orElseThrow(),
        scaled,
        new Rope(10_000, 4, List.of(), 1, Optional.of(new Rope.Longer(10, scaled))));
  }

  @ParameterizedTest
  @MethodSource("ropes")
  void rotation(Rope turns) {
    AnchorBatch batch = batch(new TargetStates(SIZES, LayerPath.full(2), 20, 0), 3, 11);
    RotaryEmbedding rope =
        new RotaryEmbedding(RopePairing.ADJACENT, Optional.of(turns), 6, 30, workers);
    rope.expect(20);
    int width = 24;
    float[] x = random(1, batch.rows() * width);
    float[] factors = random(2, x.length);
    UnaryOperator<double[]> reference =
        at -> {
          double[][] rows = rows(at, width);
          for (int i = 0; i < rows.length; i++) {
            rows[i] =
                Reference.rotate(
                    rows[i], RopePairing.ADJACENT, turns.forLength(20), 6, batch.position(i));
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

  /** Plain; and windows shorter and longer than a draft, capped and scaled scores. */
  static Stream<HyperParameters> attentions() {
    return Stream.of(SIZES, looking(2, 0, 0.4f), looking(7, 1.5f, 0.7f), looking(0, 0.9f, 0.6f));
  }

  private static HyperParameters looking(int window, float cap, float scores) {
    return new HyperParameters(
        2,
        24,
        40,
        4,
        2,
        6,
        50,
        64,
        1e-5f,
        10_000,
        6,
        Collections.nCopies(2, new LayerAttention(window, ROPE)),
        new Multipliers(1, scores, 0.3f, 1, cap, 0));
  }

  @ParameterizedTest
  @MethodSource("attentions")
  void attention(HyperParameters sizes) {
    TargetStates states = new TargetStates(sizes, LayerPath.full(2), 20, 0);
    AnchorBatch batch = batch(states, 0, 4, 19);
    System.arraycopy(random(8, 20 * 12), 0, states.keys(1), 0, 20 * 12);
    System.arraycopy(random(9, 20 * 12), 0, states.values(1), 0, 20 * 12);
    AttentionContext context = new AttentionContext(1, sizes, 20);
    context.load(states, 0);
    context.load(states, 1);
    DraftAttention attention = new DraftAttention(sizes, 20, 3, workers);
    float[] q = random(1, batch.rows() * 24);
    float[] k = random(2, batch.rows() * 12);
    float[] v = random(3, batch.rows() * 12);
    float[] factors = random(4, q.length);
    float[] y = new float[q.length];
    float[] sums = new float[batch.rows() * 4];
    attention.forward(batch, context, q, k, v, y, sums);
    assertClose(y, attend(sizes, batch, states, doubles(q), doubles(k), doubles(v)));
    Scratch scratch = Scratch.allocate(sizes, batch.rows());
    System.arraycopy(factors, 0, scratch.attended(), 0, factors.length);
    attention.backward(batch, context, q, k, v, y, sums, scratch);
    assertGradient(
        "q",
        q,
        1,
        scratch.queries(),
        at -> dot(attend(sizes, batch, states, at, doubles(k), doubles(v)), doubles(factors)));
    assertGradient(
        "k",
        k,
        1,
        scratch.keys(),
        at -> dot(attend(sizes, batch, states, doubles(q), at, doubles(v)), doubles(factors)));
    assertGradient(
        "v",
        v,
        1,
        scratch.values(),
        at -> dot(attend(sizes, batch, states, doubles(q), doubles(k), at), doubles(factors)));
  }

  private static double[] attend(
      HyperParameters sizes,
      AnchorBatch batch,
      TargetStates states,
      double[] q,
      double[] k,
      double[] v) {
    int window = sizes.attention().get(1).window();
    double[][] result = rows(q, 24);
    for (int row = 0; row < batch.rows(); row++) {
      int slot = row % batch.draftTokens();
      int earlier = batch.position(row) - slot;
      int end = earlier + slot + 1;
      int first = window == 0 ? 0 : Math.max(0, end - window);
      double[][] keys = seen(states.keys(1), rows(k, 12), earlier, row - slot, slot);
      double[][] values = seen(states.values(1), rows(v, 12), earlier, row - slot, slot);
      result[row] =
          Reference.attend(
              result[row],
              Arrays.copyOfRange(keys, first, end),
              Arrays.copyOfRange(values, first, end),
              sizes);
    }
    return join(result, row -> row);
  }

  private static double[][] seen(float[] states, double[][] own, int earlier, int first, int slot) {
    double[][] seen = Arrays.copyOf(rows(doubles(states), 12), earlier + slot + 1);
    System.arraycopy(own, first, seen, earlier, slot + 1);
    return seen;
  }

  /** Normed by heads, and all heads as one. */
  @ParameterizedTest
  @ValueSource(ints = {6, 24})
  void rotatedHeads(int normWidth) {
    AnchorBatch batch = batch(new TargetStates(SIZES, LayerPath.full(2), 20, 0), 3, 11);
    int in = 10;
    float[] x = random(1, batch.rows() * in);
    float[] weight = random(2, 24 * in);
    float[] normWeight = random(3, normWidth);
    float[] factors = random(4, batch.rows() * 24);
    UnaryOperator<double[]> reference =
        at -> {
          double[][] rows = rows(at, in);
          for (int i = 0; i < rows.length; i++) {
            double[] projected = Reference.times(rows(doubles(weight), in), rows[i]);
            rows[i] =
                Reference.rotate(
                    Reference.normParts(projected, doubles(normWeight), 1e-5),
                    RopePairing.HALVES,
                    ROPE.orElseThrow(),
                    6,
                    batch.position(i));
          }
          return join(rows, row -> row);
        };
    RotatedHeads heads =
        new RotatedHeads(
            linear(weight, 24, in, batch.rows()),
            new RmsNorm(normWeight, 1e-5f, batch.rows() * 4, workers),
            new RotaryEmbedding(RopePairing.HALVES, ROPE, 6, 30, workers),
            4,
            6,
            batch.rows());
    heads.forward(batch, x);
    assertClose(heads.values(), reference.apply(doubles(x)));
    float[] gradient = new float[x.length];
    heads.backward(batch, x, factors.clone(), new float[factors.length], gradient, false);
    assertGradient("x", x, 1, gradient, at -> dot(reference.apply(at), doubles(factors)));
  }

  /** A matrix with a delta that is zero. */
  private Linear linear(float[] weight, int out, int in, int maxRows) {
    Parameters parameters = new Parameters();
    LowRank delta = new LowRank(parameters, "w", in, out, 1, maxRows, product);
    parameters.allocate();
    delta.refresh();
    return new Linear(new FrozenMatrix(weight, out, in, true), null, delta, product);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sublayerOutput(boolean isNormed) {
    HyperParameters sizes = looking(0, 0, 1);
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
            linear(weight, 24, in, ROWS),
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
