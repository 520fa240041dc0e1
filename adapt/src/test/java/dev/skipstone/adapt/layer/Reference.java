package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;

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

  /** Turns adjacent pairs of each head. */
  static double[] rotate(double[] x, HyperParameters sizes, int position) {
    double[] y = x.clone();
    for (int start = 0; start < x.length; start += sizes.headSize()) {
      for (int i = 0; i < sizes.ropeDimensions(); i += 2) {
        double angle = position * Math.pow(sizes.ropeBase(), -(double) i / sizes.ropeDimensions());
        y[start + i] = x[start + i] * Math.cos(angle) - x[start + i + 1] * Math.sin(angle);
        y[start + i + 1] = x[start + i] * Math.sin(angle) + x[start + i + 1] * Math.cos(angle);
      }
    }
    return y;
  }

  static double[] gate(double[] g, double[] u) {
    double[] y = new double[g.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = g[i] / (1 + Math.exp(-g[i])) * u[i];
    }
    return y;
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
          weights[p] += q[head * size + c] * keys[p][shared + c] / Math.sqrt(size);
        }
        weights[p] = Math.exp(weights[p]);
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
