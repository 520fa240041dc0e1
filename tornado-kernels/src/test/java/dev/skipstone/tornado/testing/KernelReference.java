package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.KernelRegistry;
import dev.skipstone.tornado.kernel.Operation;
import dev.skipstone.tornado.kernel.PassBuffer;
import java.util.function.IntFunction;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Every operation in float64, with how far float32 arithmetic may be from it: sums of n terms by n
 * roundings of the sum of the terms' sizes, whatever their order, and functions by what OpenCL
 * allows.
 */
final class KernelReference {
  /** Half a unit in the last place of 1, and as much again for products. */
  static final double ROUNDING = 0x1p-23;

  /** Roundings of an exponential, a root or a division, with those beside it. */
  static final int FUNCTION = 16;

  /** Below float32's normal numbers devices may take zero. */
  static final double TINY = 0x1p-120;

  private final Arguments arguments;
  private final Expectation expected;

  private KernelReference(Arguments arguments) {
    this.arguments = arguments;
    expected = new Expectation(arguments);
  }

  /** A number and a bound on the error of a float32 result. */
  record Approximate(double value, double bound) {}

  static Expectation of(Operation<?> operation, Arguments arguments) {
    KernelReference reference = new KernelReference(arguments);
    switch (arguments) {
      case Arguments.Embed a -> reference.embed(a);
      case Arguments.Norm a when operation.equals(KernelRegistry.OUTPUT_NORM) ->
          reference.outputNorm(a);
      case Arguments.Norm a -> reference.norm(a);
      case Arguments.NormAndProject a -> reference.normAndProject(a);
      case Arguments.Project a when operation.equals(KernelRegistry.PROJECT) ->
          reference.project(a);
      case Arguments.Project a when operation.equals(KernelRegistry.PROJECT_AND_ADD) ->
          reference.projectAndAdd(a);
      case Arguments.Project _ ->
          throw new IllegalArgumentException("no reference for " + operation.name());
      case Arguments.Rotate a -> {
        IntFunction<Approximate> channels = at -> new Approximate(a.projected().get(at), 0);
        new RotationReference(reference.expected, a.pass(), a.sizes(), a.angles()).rotate(channels);
      }
      case Arguments.Attend a -> reference.attend(a);
      case Arguments.Start _ -> reference.startStep();
      case Arguments.AddBias a -> new ChannelReference(reference.expected).addBias(a);
      case Arguments.NormHeads a -> new ChannelReference(reference.expected).normHeads(a);
      case Arguments.ProjectAndGate a -> reference.projectAndGate(a);
      case Arguments.Gate a -> new ChannelReference(reference.expected).gate(a);
      case Arguments.Add a -> new ChannelReference(reference.expected).add(a);
      case Arguments.NormAndAdd a -> new ChannelReference(reference.expected).normAndAdd(a);
      case Arguments.Cap a -> new ChannelReference(reference.expected).cap(a);
      case Arguments.Rank a -> reference.rank(a);
      case Arguments.Softmax a -> new ChoiceReference(reference.expected).softmax(a);
      case Arguments.Cut a -> new ChoiceReference(reference.expected).cut(a);
      case Arguments.Keep a -> new ChoiceReference(reference.expected).keep(a);
      case Arguments.Select a -> new ChoiceReference(reference.expected).select(a);
      case Arguments.AcceptBest a -> new ChoiceReference(reference.expected).acceptBest(a);
      case Arguments.AcceptDrawn a -> new ChoiceReference(reference.expected).acceptDrawn(a);
      case Arguments.PlaceMasks a -> new AdapterReference(reference.expected).placeMasks(a);
      case Arguments.ProjectAndLower a ->
          new AdapterReference(reference.expected).projectAndLower(a);
      case Arguments.ProjectSome a -> new AdapterReference(reference.expected).projectSome(a);
      case Arguments.Lower a -> new AdapterReference(reference.expected).lower(a);
      case Arguments.Cross a -> new AdapterReference(reference.expected).cross(a);
      case Arguments.RotateAdapted a -> new AdapterReference(reference.expected).rotate(a);
      case Arguments.GateAdapted a -> new AdapterReference(reference.expected).gate(a);
      case Arguments.AddAdapted a -> new AdapterReference(reference.expected).add(a);
      case Arguments.Raise a -> new AdapterReference(reference.expected).raise(a);
      case Arguments.LeaveOut a -> new AdapterReference(reference.expected).leaveOut(a);
    }
    return reference.expected;
  }

  private int pass(int place) {
    return arguments.pass().get(place);
  }

  private void embed(Arguments.Embed a) {
    MatrixDecoder matrix = new MatrixDecoder(a.matrix());
    int width = a.matrix().columns();
    for (int row = 0; row < pass(PassBuffer.ROWS); row++) {
      int token = pass(PassBuffer.TOKENS + row);
      for (int c = 0; token >= 0 && c < width; c++) {
        double bound = 3 * ROUNDING * a.factor() * matrix.magnitude(token, c);
        double value = a.factor() * matrix.weight(token, c);
        expected.set("residual", row * width + c, value, bound);
      }
    }
  }

  /** Expects that the step's layer and slot are noted, and returns the layer. */
  private int startStep() {
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass(PassBuffer.STEP);
    expected.set("pass", PassBuffer.LAYER, pass(step));
    expected.set("pass", PassBuffer.SLOT, pass(step + 1));
    return pass(step);
  }

  private void norm(Arguments.Norm a) {
    int layer = startStep();
    for (int row = 0; row < pass(PassBuffer.ROWS); row++) {
      norm(a, row, row, layer);
    }
  }

  private void outputNorm(Arguments.Norm a) {
    for (int index = 0; index < pass(PassBuffer.LOGIT_ROWS); index++) {
      norm(a, pass(PassBuffer.LOGIT_ROW + index), index, 0);
    }
  }

  private void norm(Arguments.Norm a, int from, int to, int layer) {
    double factor = normFactor("residual", from, a.width(), a.epsilon());
    for (int c = 0; c < a.width(); c++) {
      double x = expected.value("residual", from * a.width() + c);
      double y = x * factor * a.weight().get(layer * a.width() + c);
      expected.set(
          "normed", to * a.width() + c, y, Math.abs(y) * (a.width() + FUNCTION) * ROUNDING);
    }
  }

  private double normFactor(String array, int row, int width, float epsilon) {
    double squares = 0;
    for (int c = 0; c < width; c++) {
      squares += square(expected.value(array, row * width + c));
    }
    return 1 / Math.sqrt(squares / width + epsilon);
  }

  private static double square(double x) {
    return x * x;
  }

  private void normAndProject(Arguments.NormAndProject a) {
    DeviceMatrix matrix = a.matrix();
    MatrixDecoder decoder = new MatrixDecoder(matrix);
    int layer = startStep();
    int width = matrix.columns();
    for (int row = 0; row < pass(PassBuffer.ROWS); row++) {
      double factor = normFactor("residual", row, width, a.epsilon());
      for (int i = 0; i < matrix.rows(); i++) {
        double sum = 0;
        double sizes = 0;
        for (int c = 0; c < width; c++) {
          double x = expected.value("residual", row * width + c);
          double normed = x * factor * a.weight().get(layer * width + c);
          sum += decoder.weight(layer * matrix.rows() + i, c) * normed;
          sizes += decoder.magnitude(layer * matrix.rows() + i, c) * Math.abs(normed);
        }
        expected.set(
            "output",
            row * matrix.rows() + i,
            sum,
            sizes * (2.0 * width + 2 * FUNCTION) * ROUNDING);
      }
    }
  }

  private Approximate dot(Arguments.Project a, int r, int i) {
    return dot(a.matrix(), a.input(), a.layerAt(), r, i);
  }

  private Approximate dot(DeviceMatrix matrix, FloatArray input, int layerAt, int r, int i) {
    MatrixDecoder decoder = new MatrixDecoder(matrix);
    int row = pass(layerAt) * matrix.rows() + i;
    double sum = 0;
    double sizes = 0;
    for (int c = 0; c < matrix.columns(); c++) {
      double x = input.get(r * matrix.columns() + c);
      sum += decoder.weight(row, c) * x;
      sizes += decoder.magnitude(row, c) * Math.abs(x);
    }
    return new Approximate(sum, sizes * (matrix.columns() + 4) * ROUNDING);
  }

  private void project(Arguments.Project a) {
    int rows = a.matrix().rows();
    for (int r = 0; r < pass(a.countAt()); r++) {
      for (int i = 0; i < rows; i++) {
        Approximate product = dot(a, r, i);
        expected.set("output", r * rows + i, product.value, product.bound);
      }
    }
  }

  private void projectAndAdd(Arguments.Project a) {
    int rows = a.matrix().rows();
    for (int r = 0; r < pass(a.countAt()); r++) {
      for (int i = 0; i < rows; i++) {
        Approximate product = dot(a, r, i);
        double sum = expected.value("output", r * rows + i) + product.value;
        expected.set("output", r * rows + i, sum, 2 * product.bound + Math.abs(sum) * ROUNDING);
      }
    }
    endSublayer();
  }

  private void endSublayer() {
    expected.set("pass", PassBuffer.STEP, pass(PassBuffer.STEP) + 1);
  }

  private void projectAndGate(Arguments.ProjectAndGate a) {
    int hidden = a.matrix().rows() / 2;
    for (int r = 0; r < pass(PassBuffer.ROWS); r++) {
      for (int i = 0; i < hidden; i++) {
        Approximate gated =
            ChannelReference.gated(
                a.activation(),
                dot(a.matrix(), a.input(), PassBuffer.LAYER, r, i),
                dot(a.matrix(), a.input(), PassBuffer.LAYER, r, i + hidden));
        expected.set("gated", r * hidden + i, gated.value, gated.bound);
      }
    }
  }

  private static int stride(HeadSizes sizes) {
    return (sizes.heads() + 2 * sizes.keyValueHeads()) * sizes.headSize();
  }

  private int cacheRow(HeadSizes sizes, int keyHead, int position) {
    int head = pass(PassBuffer.LAYER) * sizes.keyValueHeads() + keyHead;
    return (head * sizes.positions() + position) * sizes.headSize();
  }

  private void attend(Arguments.Attend a) {
    HeadSizes sizes = a.sizes();
    for (int row = 0; row < pass(PassBuffer.ROWS); row++) {
      for (int head = 0; head < sizes.heads(); head++) {
        attend(a, row, head);
      }
    }
  }

  private void attend(Arguments.Attend a, int row, int head) {
    HeadSizes sizes = a.sizes();
    int headSize = sizes.headSize();
    int length = pass(PassBuffer.START) + row + 1;
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * pass(PassBuffer.STEP);
    int visible = Math.max(0, length - pass(step + PassBuffer.WINDOW));
    int keyHead = head / (sizes.heads() / sizes.keyValueHeads());
    int query = row * stride(sizes) + head * headSize;
    double[] scores = new double[length];
    double largest = Double.NEGATIVE_INFINITY;
    double smallest = Double.POSITIVE_INFINITY;
    double scoreBound = 0;
    for (int p = visible; p < length; p++) {
      double sum = 0;
      double terms = 0;
      for (int c = 0; c < headSize; c++) {
        double term =
            (double) a.projected().get(query + c) * a.keys().get(cacheRow(sizes, keyHead, p) + c);
        sum += term;
        terms += Math.abs(term);
      }
      scores[p] = a.cap() > 0 ? a.cap() * Math.tanh(a.scale() * sum / a.cap()) : a.scale() * sum;
      largest = Math.max(largest, scores[p]);
      smallest = Math.min(smallest, scores[p]);
      double bound = (terms * a.scale() * (headSize + FUNCTION) + a.cap() * FUNCTION) * ROUNDING;
      scoreBound = Math.max(scoreBound, bound);
    }
    double weights = 0;
    for (int p = visible; p < length; p++) {
      scores[p] = Math.exp(scores[p] - largest);
      weights += scores[p];
    }
    // Each new largest score may shrink what was summed before it by a rounded factor.
    double share =
        4 * scoreBound + (FUNCTION * (length + 2.0) + 4 * (largest - smallest)) * ROUNDING;
    for (int c = 0; c < headSize; c++) {
      double sum = 0;
      double terms = 0;
      for (int p = visible; p < length; p++) {
        double value = a.values().get(cacheRow(sizes, keyHead, p) + c);
        sum += scores[p] * value;
        terms += scores[p] * Math.abs(value);
      }
      expected.set(
          "attended",
          (row * sizes.heads() + head) * headSize + c,
          sum / weights,
          terms / weights * share + TINY);
    }
  }

  private void rank(Arguments.Rank a) {
    for (int row = 0; row < pass(PassBuffer.LOGIT_ROWS); row++) {
      int from = row * a.vocabulary();
      int best = 0;
      for (int i = 1; i < a.vocabulary(); i++) {
        best = a.logits().get(from + i) > a.logits().get(from + best) ? i : best;
      }
      double sum = 0;
      for (int i = 0; i < a.vocabulary(); i++) {
        sum += Math.exp((double) a.logits().get(from + i) - a.logits().get(from + best));
      }
      expected.set("best", row, best);
      expected.set("probability", row, 1 / sum, (a.vocabulary() + FUNCTION) * ROUNDING / sum);
    }
  }
}
