package dev.skipstone.runtime.testing;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.runtime.pass.LayerPath;

/**
 * The llama transformer in float64, from the papers, one position after another and with nothing
 * shared with the engine. Only the cache's float16 is modelled, since it is part of the engine's
 * contract.
 */
public final class ReferenceTransformer {
  private final Model model;
  private final HyperParameters sizes;

  public ReferenceTransformer(Model model) {
    this.model = model;
    sizes = model.hyperParameters();
  }

  /** Logits of every position, [tokens][vocabulary]. */
  public double[][] logits(int[] tokens, LayerPath path) {
    double[][] embedding = matrix(TensorRole.TOKEN_EMBEDDING, 0);
    double[][] x = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      x[i] = embedding[tokens[i]].clone();
    }
    for (int layer = 0; layer < sizes.layers(); layer++) {
      if (path.runsAttention(layer)) {
        attention(x, layer);
      }
      if (path.runsMlp(layer)) {
        mlp(x, layer);
      }
    }
    double[] norm = matrix(TensorRole.OUTPUT_NORM, 0)[0];
    double[][] output = model.tiedOutput() ? embedding : matrix(TensorRole.OUTPUT, 0);
    double[][] logits = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      logits[i] = times(output, normed(x[i], norm));
    }
    return logits;
  }

  private void attention(double[][] x, int layer) {
    double[] norm = matrix(TensorRole.ATTENTION_NORM, layer)[0];
    double[][] wq = matrix(TensorRole.ATTENTION_QUERY, layer);
    double[][] wk = matrix(TensorRole.ATTENTION_KEY, layer);
    double[][] wv = matrix(TensorRole.ATTENTION_VALUE, layer);
    double[][] wo = matrix(TensorRole.ATTENTION_OUTPUT, layer);
    int d = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    double[][] keys = new double[x.length][];
    double[][] values = new double[x.length][];
    for (int position = 0; position < x.length; position++) {
      double[] input = normed(x[position], norm);
      double[] q = rotated(times(wq, input), position);
      keys[position] = cached(rotated(times(wk, input), position));
      values[position] = cached(times(wv, input));
      double[] heads = new double[sizes.heads() * d];
      for (int head = 0; head < sizes.heads(); head++) {
        int shared = head / group * d;
        double[] weights = new double[position + 1];
        double sum = 0;
        for (int past = 0; past <= position; past++) {
          double score = 0;
          for (int c = 0; c < d; c++) {
            score += q[head * d + c] * keys[past][shared + c];
          }
          weights[past] = Math.exp(score / Math.sqrt(d));
          sum += weights[past];
        }
        for (int past = 0; past <= position; past++) {
          for (int c = 0; c < d; c++) {
            heads[head * d + c] += weights[past] / sum * values[past][shared + c];
          }
        }
      }
      add(x[position], times(wo, heads));
    }
  }

  private void mlp(double[][] x, int layer) {
    double[] norm = matrix(TensorRole.MLP_NORM, layer)[0];
    double[][] gate = matrix(TensorRole.MLP_GATE, layer);
    double[][] up = matrix(TensorRole.MLP_UP, layer);
    double[][] down = matrix(TensorRole.MLP_DOWN, layer);
    for (double[] row : x) {
      double[] input = normed(row, norm);
      double[] g = times(gate, input);
      double[] u = times(up, input);
      for (int i = 0; i < g.length; i++) {
        g[i] = g[i] / (1 + Math.exp(-g[i])) * u[i];
      }
      add(row, times(down, g));
    }
  }

  private double[] rotated(double[] heads, int position) {
    double[] result = heads.clone();
    int d = sizes.headSize();
    for (int start = 0; start < heads.length; start += d) {
      for (int i = 0; i < sizes.ropeDimensions(); i += 2) {
        double angle = position * Math.pow(sizes.ropeBase(), -(double) i / sizes.ropeDimensions());
        double a = heads[start + i];
        double b = heads[start + i + 1];
        result[start + i] = a * Math.cos(angle) - b * Math.sin(angle);
        result[start + i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
    return result;
  }

  private double[] normed(double[] x, double[] weight) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double root = Math.sqrt(squares / x.length + sizes.normEpsilon());
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] / root * weight[i];
    }
    return y;
  }

  private static double[] cached(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Float.float16ToFloat(Float.floatToFloat16((float) values[i]));
    }
    return result;
  }

  private static double[] times(double[][] matrix, double[] x) {
    double[] y = new double[matrix.length];
    for (int r = 0; r < matrix.length; r++) {
      for (int c = 0; c < x.length; c++) {
        y[r] += matrix[r][c] * x[c];
      }
    }
    return y;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }

  private double[][] matrix(TensorRole role, int layer) {
    Tensor tensor = model.tensor(role, layer);
    int columns = Math.toIntExact(tensor.columns());
    double[][] matrix = new double[Math.toIntExact(tensor.rows())][columns];
    int[] next = {0};
    tensor.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++, next[0]++) {
        matrix[next[0] / columns][next[0] % columns] = values[i];
      }
    });
    return matrix;
  }
}
