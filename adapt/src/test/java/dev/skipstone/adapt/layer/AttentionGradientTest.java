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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations of attention, as {@link OperationGradientTest} has the others. */
final class AttentionGradientTest {
  private static final HyperParameters SIZES =
      new HyperParameters(2, 24, 40, 4, 2, 6, 50, 64, 1e-5f, 10_000, 6);
  private static final Optional<Rope> ROPE = Optional.of(new Rope(10_000, 6));

  private final Workers workers = new Workers(2);
  private final MatrixProduct product = new MatrixProduct(workers);

  @AfterEach
  void close() {
    workers.close();
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
        new Multipliers(1, scores, 1, 1, cap, 0));
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
            frozen(weight, 24, in, batch.rows(), product),
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

  private static AnchorBatch batch(TargetStates states, int... anchors) {
    states.begin(new int[20]);
    AnchorBatch batch = new AnchorBatch(anchors.length, 3);
    batch.set(states, anchors, anchors.length);
    return batch;
  }
}
