package dev.skipstone.adapt.layer;

import dev.skipstone.model.Architecture.Activation;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Multipliers;
import dev.skipstone.model.Rope;
import java.util.Arrays;

/** The operations in float64, from their formulas, one row at a time. */
final class Reference {
  private Reference() {}

  /** Matrix [out][in] times x. */
  static double[] times(double[][] matrix, double[] x) {
    double[] y = new double[matrix.length];
    for (int r = 0; r < y.length; r++) {
      for (int c = 0; c < x.length; c++) {
        y[r] += matrix[r][c] * x[c];
      }
    }
    return y;
  }

  static double[] times(double factor, double[] x) {
    return Arrays.stream(x).map(value -> factor * value).toArray();
  }

  static double[] plus(double[] x, double[] y) {
    double[] sum = x.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += y[i];
    }
    return sum;
  }

  static double[] norm(double[] x, double[] weight, double epsilon) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / Math.sqrt(squares / x.length + epsilon) * weight[i];
    }
    return y;
  }

  /** Each part of a row that is as long as the weight by itself. */
  static double[] normParts(double[] x, double[] weight, double epsilon) {
    double[] y = new double[x.length];
    for (int from = 0; from < x.length; from += weight.length) {
      double[] part = Arrays.copyOfRange(x, from, from + weight.length);
      System.arraycopy(norm(part, weight, epsilon), 0, y, from, part.length);
    }
    return y;
  }

  /** Turns the pairs of each head. */
  static double[] rotate(double[] x, RopePairing pairing, Rope rope, int headSize, int position) {
    double[] y = x.clone();
    int pairs = rope.dimensions() / 2;
    for (int head = 0; head < x.length; head += headSize) {
      for (int i = 0; i < pairs; i++) {
        int a = pairing == RopePairing.ADJACENT ? head + 2 * i : head + i;
        int b = pairing == RopePairing.ADJACENT ? a + 1 : a + pairs;
        double angle = position * rope.frequency(i);
        y[a] = rope.magnitude() * (x[a] * Math.cos(angle) - x[b] * Math.sin(angle));
        y[b] = rope.magnitude() * (x[a] * Math.sin(angle) + x[b] * Math.cos(angle));
      }
    }
    return y;
  }

  static double[] gate(Activation activation, double[] g, double[] u) {
    double[] y = new double[g.length];
    for (int i = 0; i < y.length; i++) {
      y[i] =
          u[i]
              * switch (activation) {
                case SILU -> g[i] / (1 + Math.exp(-g[i]));
                case GELU_TANH ->
                    g[i]
                        / 2
                        * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g[i] + 0.044715 * cube(g[i]))));
              };
    }
    return y;
  }

  private static double cube(double x) {
    return x * x * x;
  }

  /** Holds a value down, if there is a cap. */
  static double cap(double x, double cap) {
    return cap == 0 ? x : cap * Math.tanh(x / cap);
  }

  /** What one row attends to. */
  static double[] attend(double[] q, double[][] keys, double[][] values, HyperParameters sizes) {
    int size = sizes.headSize();
    double[] result = new double[q.length];
    for (int head = 0; head < sizes.heads(); head++) {
      int shared = head / (sizes.heads() / sizes.keyValueHeads()) * size;
      double[] weights = new double[keys.length];
      double sum = 0;
      for (int p = 0; p < keys.length; p++) {
        for (int c = 0; c < size; c++) {
          weights[p] += q[head * size + c] * keys[p][shared + c];
        }
        Multipliers multipliers = sizes.multipliers();
        weights[p] = Math.exp(cap(weights[p] * multipliers.scores(), multipliers.scoreCap()));
        sum += weights[p];
      }
      for (int p = 0; p < keys.length; p++) {
        for (int c = 0; c < size; c++) {
          result[head * size + c] += weights[p] / sum * values[p][shared + c];
        }
      }
    }
    return result;
  }

  /** -log softmax(logits)[wanted]. */
  static double crossEntropy(double[] logits, int wanted) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    return Math.log(sum) - logits[wanted];
  }
}
