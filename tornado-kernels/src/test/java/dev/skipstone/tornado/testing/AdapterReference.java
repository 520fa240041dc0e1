package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.kernel.AdapterKernels;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import dev.skipstone.tornado.kernel.HeadSizes;
import dev.skipstone.tornado.kernel.PassBuffer;
import dev.skipstone.tornado.testing.KernelReference.Approximate;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The operations of adapted passes, as {@link KernelReference} has the others. */
final class AdapterReference {
  private final Expectation expected;

  AdapterReference(Expectation expected) {
    this.expected = expected;
  }

  void placeMasks(Arguments.PlaceMasks a) {
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      int token = a.pass().get(PassBuffer.TOKENS + row);
      for (int c = 0; token < 0 && c < a.width(); c++) {
        double value = a.masks().get((-token - 1) * a.width() + c);
        expected.set("residual", row * a.width() + c, value);
      }
    }
  }

  void projectAndLower(Arguments.ProjectAndLower a) {
    project("output", a, a.matrix(), a.pass().get(PassBuffer.LAYER));
    project("low", a, a.down(), slot(a.pass()));
  }

  private void project(String output, Arguments.ProjectAndLower a, DeviceMatrix matrix, int layer) {
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int i = 0; i < matrix.rows(); i++) {
        int from = row * matrix.columns();
        Approximate product = product(matrix, layer * matrix.rows() + i, a.input(), from);
        expected.set(output, row * matrix.rows() + i, product.value(), product.bound());
      }
    }
  }

  void projectSome(Arguments.ProjectSome a) {
    int vocabulary = a.matrix().rows();
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      for (int token = 0; token < vocabulary; token++) {
        Approximate logit = new Approximate(AdapterKernels.IMPOSSIBLE, 0);
        if (a.scored().get(token / 32) != 0) {
          logit = product(a.matrix(), token, a.input(), row * a.matrix().columns());
        }
        expected.set("logits", row * vocabulary + token, logit.value(), logit.bound());
      }
    }
  }

  void lower(Arguments.Lower a) {
    int step = PassBuffer.PATH + PassBuffer.STEP_SIZE * a.pass().get(PassBuffer.STEP);
    int slot = a.pass().get(step + 1);
    expected.set("pass", PassBuffer.SLOT, slot);
    int rank = a.matrix().rows();
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int i = 0; i < rank; i++) {
        int from = row * a.matrix().columns();
        Approximate product = product(a.matrix(), slot * rank + i, a.residual(), from);
        expected.set("low", row * rank + i, product.value(), product.bound());
      }
    }
  }

  void cross(Arguments.Cross a) {
    int width = a.matrix().rows();
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int c = 0; c < width; c++) {
        double scale = a.scale().get(slot(a.pass()) * width + c);
        double scaled = scale * expected.value("residual", row * width + c);
        expectSum("residual", row * width + c, scaled, up(a.pass(), a.matrix(), a.low(), row, c));
      }
    }
    endStep(a.pass());
  }

  void rotate(Arguments.RotateAdapted a) {
    HeadSizes sizes = a.sizes();
    int stride = (sizes.heads() + 2 * sizes.keyValueHeads()) * sizes.headSize();
    int rank = a.matrix().columns();
    new RotationReference(expected, a.pass(), sizes, a.angles())
        .rotate(at -> {
          int row = at / stride;
          int head = at % stride / sizes.headSize();
          int part =
              head < sizes.heads() ? 0 : head < sizes.heads() + sizes.keyValueHeads() ? 1 : 2;
          int matrixRow = slot(a.pass()) * stride + at % stride;
          Approximate product = product(a.matrix(), matrixRow, a.low(), (3 * row + part) * rank);
          return sum(a.projected().get(at), product);
        });
  }

  void gate(Arguments.GateAdapted a) {
    int hidden = a.hidden();
    int rank = a.matrix().columns();
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int i = 0; i < hidden; i++) {
        Approximate[] parts = new Approximate[2];
        for (int part = 0; part < 2; part++) {
          int channel = part * hidden + i;
          Approximate product =
              product(
                  a.matrix(),
                  slot(a.pass()) * 2 * hidden + channel,
                  a.low(),
                  (2 * row + part) * rank);
          parts[part] = sum(a.gateAndUp().get(row * 2 * hidden + channel), product);
        }
        Approximate gated = ChannelReference.gated(a.activation(), parts[0], parts[1]);
        expected.set("gated", row * hidden + i, gated.value(), gated.bound());
      }
    }
  }

  void add(Arguments.AddAdapted a) {
    int width = a.matrix().rows();
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int c = 0; c < width; c++) {
        int at = row * width + c;
        Approximate update = sum(a.update().get(at), up(a.pass(), a.matrix(), a.low(), row, c));
        Approximate scaled =
            new Approximate(
                a.factor() * update.value(),
                a.factor()
                    * (update.bound() + Math.abs(update.value()) * KernelReference.ROUNDING));
        expectSum("residual", at, expected.value("residual", at), scaled);
      }
    }
    endStep(a.pass());
  }

  void raise(Arguments.Raise a) {
    int channels = a.matrix().rows();
    int rank = a.matrix().columns();
    int parts = 1 + (channels - a.firstPart()) / a.otherPart();
    for (int row = 0; row < a.pass().get(PassBuffer.ROWS); row++) {
      for (int c = 0; c < channels; c++) {
        int part = c < a.firstPart() ? 0 : 1 + (c - a.firstPart()) / a.otherPart();
        int matrixRow = slot(a.pass()) * channels + c;
        Approximate product = product(a.matrix(), matrixRow, a.low(), (row * parts + part) * rank);
        int at = row * channels + c;
        expectSum("output", at, expected.value("output", at), product);
      }
    }
  }

  void leaveOut(Arguments.LeaveOut a) {
    for (int row = 0; row < a.pass().get(PassBuffer.LOGIT_ROWS); row++) {
      for (int token = 0; token < a.vocabulary(); token++) {
        if (a.scored().get(token / 32) == 0) {
          expected.set("logits", row * a.vocabulary() + token, AdapterKernels.IMPOSSIBLE);
        }
      }
    }
  }

  private static int slot(IntArray pass) {
    return pass.get(PassBuffer.SLOT);
  }

  private void endStep(IntArray pass) {
    expected.set("pass", PassBuffer.STEP, pass.get(PassBuffer.STEP) + 1);
  }

  /** A channel of up low. */
  private static Approximate up(
      IntArray pass, DeviceMatrix matrix, FloatArray low, int row, int channel) {
    return product(matrix, slot(pass) * matrix.rows() + channel, low, row * matrix.columns());
  }

  /**
   * A row of a matrix times some numbers.
   *
   * @param row those of all slots counted
   */
  private static Approximate product(DeviceMatrix matrix, int row, FloatArray input, int from) {
    MatrixDecoder decoder = new MatrixDecoder(matrix);
    double sum = 0;
    double sizes = 0;
    for (int c = 0; c < matrix.columns(); c++) {
      sum += decoder.weight(row, c) * input.get(from + c);
      sizes += decoder.magnitude(row, c) * Math.abs(input.get(from + c));
    }
    return new Approximate(sum, sizes * (matrix.columns() + 4) * KernelReference.ROUNDING);
  }

  private static Approximate sum(double term, Approximate other) {
    double value = term + other.value();
    return new Approximate(
        value, other.bound() + (Math.abs(term) + Math.abs(value)) * KernelReference.ROUNDING);
  }

  private void expectSum(String array, int at, double term, Approximate other) {
    Approximate sum = sum(term, other);
    expected.set(array, at, sum.value(), sum.bound() + KernelReference.TINY);
  }
}
