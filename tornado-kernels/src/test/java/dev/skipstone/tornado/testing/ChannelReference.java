package dev.skipstone.tornado.testing;

import static dev.skipstone.tornado.testing.KernelReference.FUNCTION;
import static dev.skipstone.tornado.testing.KernelReference.ROUNDING;
import static dev.skipstone.tornado.testing.KernelReference.TINY;

import dev.skipstone.tornado.kernel.AdapterKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.ElementKernels;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.PassBuffer;
import dev.skipstone.tornado.testing.KernelReference.Approximate;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The operations between products, as {@link KernelReference} has the others. */
final class ChannelReference {
  private final Expectation expected;

  ChannelReference(Expectation expected) {
    this.expected = expected;
  }

  void addBias(Arguments.AddBias a) {
    int layer = a.pass().get(PassBuffer.LAYER);
    for (int i = 0; i < a.pass().get(PassBuffer.ROWS) * a.channels(); i++) {
      double bias = a.bias().get(layer * a.channels() + i % a.channels());
      double sum = expected.value("output", i) + bias;
      expected.set("output", i, sum, Math.abs(sum) * ROUNDING);
    }
  }

  void normHeads(Arguments.NormHeads a) {
    HeadSizes sizes = a.sizes();
    int querySize = sizes.heads() * sizes.headSize() / a.queryUnits();
    int keySize = sizes.keyValueHeads() * sizes.headSize() / a.keyUnits();
    int stride = (sizes.heads() + 2 * sizes.keyValueHeads()) * sizes.headSize();
    int weights = a.pass().get(PassBuffer.LAYER) * (querySize + keySize);
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      int at = row * stride;
      for (int unit = 0; unit < a.queryUnits(); unit++) {
        normUnit(a, at, querySize, weights);
        at += querySize;
      }
      for (int unit = 0; unit < a.keyUnits(); unit++) {
        normUnit(a, at, keySize, weights + querySize);
        at += keySize;
      }
    }
  }

  private void normUnit(Arguments.NormHeads a, int from, int size, int weightFrom) {
    for (int c = 0; c < size; c++) {
      double x = a.projected().get(from + c);
      double y =
          x * factor(a.projected(), from, size, a.epsilon()) * a.weight().get(weightFrom + c);
      expected.set("projected", from + c, y, Math.abs(y) * (size + FUNCTION) * ROUNDING);
    }
  }

  private static double factor(FloatArray values, int from, int size, float epsilon) {
    double squares = 0;
    for (int c = 0; c < size; c++) {
      squares += (double) values.get(from + c) * values.get(from + c);
    }
    return 1 / Math.sqrt(squares / size + epsilon);
  }

  void gate(Arguments.Gate a) {
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int i = 0; i < a.hidden(); i++) {
        double gate = a.gateAndUp().get(row * 2 * a.hidden() + i);
        double up = a.gateAndUp().get(row * 2 * a.hidden() + a.hidden() + i);
        Approximate gated = gated(a.activation(), new Approximate(gate, 0), new Approximate(up, 0));
        expected.set("gated", row * a.hidden() + i, gated.value(), gated.bound());
      }
    }
  }

  static Approximate gated(int activation, Approximate gate, Approximate up) {
    double x = gate.value();
    boolean gelu = activation == ElementKernels.GELU;
    double bent = gelu ? 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x) : x;
    double activated = x / (1 + Math.exp(-bent));
    double value = activated * up.value();
    // The derivative of either activation is 1.2 at most; an exponential's error grows with what
    // it is taken of, where that is rounded.
    double bound =
        1.2 * gate.bound() * (Math.abs(up.value()) + up.bound())
            + Math.abs(activated) * up.bound()
            + Math.abs(value) * (FUNCTION + (gelu ? 8 * Math.abs(bent) : 0)) * ROUNDING
            + TINY;
    return new Approximate(value, bound);
  }

  void add(Arguments.Add a) {
    for (int i = 0; i < a.pass().get(PassBuffer.ROWS) * a.width(); i++) {
      double update = (double) a.factor() * a.update().get(i);
      double sum = a.residual().get(i) + update;
      expected.set("residual", i, sum, (Math.abs(sum) + Math.abs(update)) * ROUNDING);
    }
    endStep(a.pass());
  }

  void normAndAdd(Arguments.NormAndAdd a) {
    int layer = a.pass().get(PassBuffer.LAYER);
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      double factor = factor(a.update(), row * a.width(), a.width(), a.epsilon());
      for (int c = 0; c < a.width(); c++) {
        int at = row * a.width() + c;
        double y = a.update().get(at) * factor * a.weight().get(layer * a.width() + c);
        double sum = a.residual().get(at) + y;
        double bound = Math.abs(y) * (a.width() + FUNCTION) + Math.abs(sum);
        expected.set("residual", at, sum, bound * ROUNDING);
      }
    }
    endStep(a.pass());
  }

  private void endStep(IntArray pass) {
    expected.set("pass", PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
  }

  void cap(Arguments.Cap a) {
    for (int i = 0; i < a.pass().get(PassBuffer.LOGIT_ROWS) * a.vocabulary(); i++) {
      double x = a.logits().get(i);
      if (x > AdapterKernels.IMPOSSIBLE) {
        expected.set("logits", i, a.cap() * Math.tanh(x / a.cap()), a.cap() * FUNCTION * ROUNDING);
      }
    }
  }
}
