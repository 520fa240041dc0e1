package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The draft path in float64, a row at a time, from the definition of a draft adapter. */
final class ReferenceDraft {
  private final Model model;
  private final HyperParameters sizes;
  private final DraftShape shape;
  private final List<Parameters.Tensor> tensors;
  private final Map<String, double[][]> frozen = new HashMap<>();

  ReferenceDraft(Model model, DraftShape shape, List<Parameters.Tensor> tensors) {
    this.model = model;
    this.shape = shape;
    this.tensors = tensors;
    sizes = model.hyperParameters();
  }

  /**
   * Logits of the drafts of a batch.
   *
   * @param parameters as {@link Parameters#values}
   * @return [rows][draft vocabulary]
   */
  double[][] logits(AnchorBatch batch, double[] parameters) {
    int slots = batch.draftTokens();
    double[][] logits = new double[batch.rows()][];
    for (int first = 0; first < batch.rows(); first += slots) {
      double[][] x = new double[slots][];
      for (int slot = 0; slot < slots; slot++) {
        int token = batch.states().tokens()[batch.position(first)];
        x[slot] =
            slot == 0
                ? matrix(TensorRole.TOKEN_EMBEDDING, 0)[token]
                : tensor("masks", parameters)[slot - 1];
      }
      draft(x, batch, batch.position(first), parameters);
      TensorRole output = model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT;
      for (int slot = 0; slot < slots; slot++) {
        double[] normed =
            Reference.norm(x[slot], matrix(TensorRole.OUTPUT_NORM, 0)[0], sizes.normEpsilon());
        double[] all = Reference.times(matrix(output, 0), normed);
        logits[first + slot] = new double[shape.vocabulary().size()];
        for (int i = 0; i < shape.vocabulary().size(); i++) {
          logits[first + slot][i] = all[shape.vocabulary().token(i)];
        }
      }
    }
    return logits;
  }

  private void draft(double[][] x, AnchorBatch batch, int anchor, double[] parameters) {
    for (int layer = 0; layer <= sizes.layers(); layer++) {
      bridge(x, layer, parameters);
      if (layer < sizes.layers() && shape.path().runsAttention(layer)) {
        attention(x, layer, batch.states(), anchor, parameters);
      }
      if (layer < sizes.layers() && shape.path().runsMlp(layer)) {
        mlp(x, layer, parameters);
      }
    }
  }

  private void bridge(double[][] x, int layer, double[] parameters) {
    double[][] scale = tensor("bridges.%d.scale".formatted(layer), parameters);
    if (scale == null) {
      return;
    }
    for (int row = 0; row < x.length; row++) {
      double[] delta = delta("bridges." + layer, x[row], parameters);
      for (int i = 0; i < delta.length; i++) {
        delta[i] += x[row][i] * scale[0][i];
      }
      x[row] = delta;
    }
  }

  private void attention(
      double[][] x, int layer, TargetStates states, int anchor, double[] parameters) {
    int width = sizes.keyValueHeads() * sizes.headSize();
    double[][] keys = new double[anchor + x.length][width];
    double[][] values = new double[anchor + x.length][width];
    for (int i = 0; i < anchor * width; i++) {
      keys[i / width][i % width] = states.keys(layer)[i];
      values[i / width][i % width] = states.values(layer)[i];
    }
    double[][] q = new double[x.length][];
    for (int row = 0; row < x.length; row++) {
      double[] normed =
          Reference.norm(x[row], matrix(TensorRole.ATTENTION_NORM, layer)[0], sizes.normEpsilon());
      int position = anchor + row;
      q[row] =
          Reference.rotate(
              linear(TensorRole.ATTENTION_QUERY, layer, "wq", normed, parameters), sizes, position);
      keys[position] =
          Reference.rotate(
              linear(TensorRole.ATTENTION_KEY, layer, "wk", normed, parameters), sizes, position);
      values[position] = linear(TensorRole.ATTENTION_VALUE, layer, "wv", normed, parameters);
    }
    for (int row = 0; row < x.length; row++) {
      double[] attended =
          Reference.attend(
              q[row],
              Arrays.copyOf(keys, anchor + row + 1),
              Arrays.copyOf(values, anchor + row + 1),
              sizes);
      x[row] =
          Reference.plus(
              x[row], linear(TensorRole.ATTENTION_OUTPUT, layer, "wo", attended, parameters));
    }
  }

  private void mlp(double[][] x, int layer, double[] parameters) {
    for (int row = 0; row < x.length; row++) {
      double[] normed =
          Reference.norm(x[row], matrix(TensorRole.MLP_NORM, layer)[0], sizes.normEpsilon());
      double[] gated =
          Reference.gate(
              linear(TensorRole.MLP_GATE, layer, "wg", normed, parameters),
              linear(TensorRole.MLP_UP, layer, "wu", normed, parameters));
      x[row] = Reference.plus(x[row], linear(TensorRole.MLP_DOWN, layer, "wd", gated, parameters));
    }
  }

  private double[] linear(
      TensorRole role, int layer, String name, double[] x, double[] parameters) {
    return Reference.plus(
        Reference.times(matrix(role, layer), x),
        delta("layers.%d.%s".formatted(layer, name), x, parameters));
  }

  private double[] delta(String name, double[] x, double[] parameters) {
    double[][] down = tensor(name + ".down", parameters);
    double[] hidden = new double[down[0].length];
    for (int i = 0; i < x.length; i++) {
      for (int r = 0; r < hidden.length; r++) {
        hidden[r] += down[i][r] * x[i];
      }
    }
    return Reference.times(tensor(name + ".up", parameters), hidden);
  }

  private double[][] tensor(String name, double[] parameters) {
    for (Parameters.Tensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        double[] values =
            Arrays.copyOfRange(parameters, tensor.offset(), tensor.offset() + tensor.size());
        return GradientCheck.rows(values, tensor.columns());
      }
    }
    return null;
  }

  private double[][] matrix(TensorRole role, int layer) {
    return frozen.computeIfAbsent(
        role + " " + layer,
        key -> {
          Tensor tensor = model.tensor(role, layer);
          return GradientCheck.rows(
              GradientCheck.doubles(FrozenMatrix.decode(tensor)), (int) tensor.columns());
        });
  }
}
