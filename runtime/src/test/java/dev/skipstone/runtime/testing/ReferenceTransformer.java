package dev.skipstone.runtime.testing;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.runtime.pass.LayerPath;

/**
 * The llama transformer in float64, from the papers, one position after another and with nothing
 * shared with the engine. Only the cache's float16 is modelled, since it is part of the engine's
 * contract.
 */
public final class ReferenceTransformer {
  private final Model model;
  private final HyperParameters sizes;

  /** [layer][position]. */
  private final double[][][] keys;

  private final double[][][] values;

  /** Of a draft; null outside of one. */
  private SafetensorsFile adapter;

  public ReferenceTransformer(Model model) {
    this.model = model;
    sizes = model.hyperParameters();
    keys = new double[sizes.layers()][sizes.context()][];
    values = new double[sizes.layers()][sizes.context()][];
  }

  /** Logits of every position, [tokens][vocabulary]. */
  public double[][] logits(int[] tokens, LayerPath path) {
    double[][] embedding = matrix(TensorRole.TOKEN_EMBEDDING, 0);
    double[][] x = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      x[i] = embedding[tokens[i]].clone();
    }
    return logits(x, 0, path);
  }

  /**
   * Logits of a draft's rows, [masks + 1][vocabulary], as {@link
   * dev.skipstone.runtime.adapter.DraftAdapter} describes them.
   *
   * @param before tokens that full passes have read
   * @param last the draft's first row
   * @param masks how many mask slots follow it
   */
  public double[][] draftLogits(
      int[] before, int last, int masks, SafetensorsFile draftAdapter, LayerPath path) {
    logits(before, LayerPath.full(sizes.layers()));
    double[][] x = new double[masks + 1][];
    x[0] = matrix(TensorRole.TOKEN_EMBEDDING, 0)[last].clone();
    for (int i = 1; i <= masks; i++) {
      x[i] = decoded(draftAdapter.tensor("masks").orElseThrow())[i - 1];
    }
    adapter = draftAdapter;
    try {
      return logits(x, before.length, path);
    } finally {
      adapter = null;
    }
  }

  private double[][] logits(double[][] x, int start, LayerPath path) {
    for (int layer = 0; layer < sizes.layers(); layer++) {
      bridge(x, layer);
      if (path.runsAttention(layer)) {
        attention(x, start, layer);
      }
      if (path.runsMlp(layer)) {
        mlp(x, layer);
      }
    }
    bridge(x, sizes.layers());
    double[] norm = matrix(TensorRole.OUTPUT_NORM, 0)[0];
    TensorRole role = model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT;
    double[][] output = matrix(role, 0);
    double[][] logits = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      logits[i] = times(output, normed(x[i], norm));
    }
    return logits;
  }

  private void bridge(double[][] x, int layer) {
    String prefix = "bridges." + layer + ".";
    if (adapter == null || adapter.tensor(prefix + "scale").isEmpty()) {
      return;
    }
    double[] scale = decoded(adapter.tensor(prefix + "scale").get())[0];
    for (double[] row : x) {
      double[] before = row.clone();
      for (int i = 0; i < row.length; i++) {
        row[i] *= scale[i];
      }
      if (adapter.tensor(prefix + "down").isPresent()) {
        double[] low = times(decoded(adapter.tensor(prefix + "down").get()), before);
        add(row, times(decoded(adapter.tensor(prefix + "up").get()), low));
      }
    }
  }

  private void attention(double[][] x, int start, int layer) {
    double[] norm = matrix(TensorRole.ATTENTION_NORM, layer)[0];
    double[][] wq = adapted(TensorRole.ATTENTION_QUERY, layer, "wq");
    double[][] wk = adapted(TensorRole.ATTENTION_KEY, layer, "wk");
    double[][] wv = adapted(TensorRole.ATTENTION_VALUE, layer, "wv");
    double[][] wo = adapted(TensorRole.ATTENTION_OUTPUT, layer, "wo");
    int d = sizes.headSize();
    int group = sizes.heads() / sizes.keyValueHeads();
    for (int row = 0; row < x.length; row++) {
      int position = start + row;
      double[] input = normed(x[row], norm);
      double[] q = rotated(times(wq, input), position);
      keys[layer][position] = cached(rotated(times(wk, input), position));
      values[layer][position] = cached(times(wv, input));
      double[] heads = new double[sizes.heads() * d];
      for (int head = 0; head < sizes.heads(); head++) {
        int shared = head / group * d;
        double[] weights = new double[position + 1];
        double sum = 0;
        for (int past = 0; past <= position; past++) {
          double score = 0;
          for (int c = 0; c < d; c++) {
            score += q[head * d + c] * keys[layer][past][shared + c];
          }
          weights[past] = Math.exp(score / Math.sqrt(d));
          sum += weights[past];
        }
        for (int past = 0; past <= position; past++) {
          for (int c = 0; c < d; c++) {
            heads[head * d + c] += weights[past] / sum * values[layer][past][shared + c];
          }
        }
      }
      add(x[row], times(wo, heads));
    }
  }

  private void mlp(double[][] x, int layer) {
    double[] norm = matrix(TensorRole.MLP_NORM, layer)[0];
    double[][] gate = adapted(TensorRole.MLP_GATE, layer, "wg");
    double[][] up = adapted(TensorRole.MLP_UP, layer, "wu");
    double[][] down = adapted(TensorRole.MLP_DOWN, layer, "wd");
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

  /** W + up down, in a draft. */
  private double[][] adapted(TensorRole role, int layer, String name) {
    double[][] matrix = matrix(role, layer);
    String prefix = "layers.%d.%s.".formatted(layer, name);
    if (adapter == null || adapter.tensor(prefix + "up").isEmpty()) {
      return matrix;
    }
    double[][] down = decoded(adapter.tensor(prefix + "down").orElseThrow());
    double[][] up = decoded(adapter.tensor(prefix + "up").get());
    for (int r = 0; r < up.length; r++) {
      // The file has RoPE's pairs in the halves of a head, the model side by side.
      int to = name.equals("wq") || name.equals("wk") ? sideBySide(r) : r;
      for (int k = 0; k < down.length; k++) {
        for (int c = 0; c < down[k].length; c++) {
          matrix[to][c] += up[r][k] * down[k][c];
        }
      }
    }
    return matrix;
  }

  private int sideBySide(int row) {
    int channel = row % sizes.headSize();
    int half = sizes.headSize() / 2;
    int head = row - channel;
    return channel < half ? head + 2 * channel : head + 2 * (channel - half) + 1;
  }

  private double[][] matrix(TensorRole role, int layer) {
    return decoded(model.tensor(role, layer));
  }

  private static double[][] decoded(Tensor tensor) {
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
