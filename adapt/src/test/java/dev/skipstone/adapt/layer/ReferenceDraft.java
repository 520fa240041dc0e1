package dev.skipstone.adapt.layer;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.LayerAttention;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The draft path in float64, a row at a time, from the definition of a draft adapter. */
final class ReferenceDraft {
  private final Model model;
  private final HyperParameters sizes;
  private final DraftShape shape;
  private final List<Parameters.Tensor> tensors;
  private final Map<String, double[][]> frozen = new HashMap<>();
  private final Map<String, Optional<double[]>> vectors = new HashMap<>();

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
        int mask = batch.riding() ? slot : slot - 1;
        x[slot] =
            mask < 0
                ? Reference.times(
                    sizes.multipliers().embedding(), matrix(TensorRole.TOKEN_EMBEDDING, 0)[token])
                : tensor("masks", parameters)[mask];
      }
      draft(x, batch, batch.position(first), parameters);
      TensorRole output = model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT;
      for (int slot = 0; slot < slots; slot++) {
        double[] normed =
            Reference.norm(x[slot], matrix(TensorRole.OUTPUT_NORM, 0)[0], sizes.normEpsilon());
        double[] all = Reference.times(matrix(output, 0), normed);
        logits[first + slot] = new double[shape.vocabulary().size()];
        for (int i = 0; i < shape.vocabulary().size(); i++) {
          logits[first + slot][i] =
              Reference.cap(
                  all[shape.vocabulary().token(i)] * sizes.multipliers().logits(),
                  sizes.multipliers().logitCap());
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
    LayerAttention looks = sizes.attention().get(layer);
    for (int row = 0; row < x.length; row++) {
      double[] read = norm(TensorRole.ATTENTION_NORM, layer, x[row]);
      int position = anchor + row;
      q[row] =
          heads(
              linear(TensorRole.ATTENTION_QUERY, layer, "wq", read, parameters),
              TensorRole.ATTENTION_QUERY_NORM,
              layer,
              position,
              states.length());
      keys[position] =
          heads(
              linear(TensorRole.ATTENTION_KEY, layer, "wk", read, parameters),
              TensorRole.ATTENTION_KEY_NORM,
              layer,
              position,
              states.length());
      values[position] = linear(TensorRole.ATTENTION_VALUE, layer, "wv", read, parameters);
    }
    for (int row = 0; row < x.length; row++) {
      int end = anchor + row + 1;
      int first = looks.window() == 0 ? 0 : Math.max(0, end - looks.window());
      double[] attended =
          Reference.attend(
              q[row],
              Arrays.copyOfRange(keys, first, end),
              Arrays.copyOfRange(values, first, end),
              sizes);
      double[] output = linear(TensorRole.ATTENTION_OUTPUT, layer, "wo", attended, parameters);
      x[row] = add(x[row], norm(TensorRole.ATTENTION_POST_NORM, layer, output));
    }
  }

  private double[] heads(double[] x, TensorRole norm, int layer, int position, int length) {
    double[] normed = norm(norm, layer, x);
    return sizes
        .attention()
        .get(layer)
        .rope()
        .map(rope ->
            Reference.rotate(
                normed,
                model.architecture().rope(),
                rope.forLength(length),
                sizes.headSize(),
                position))
        .orElse(normed);
  }

  private void mlp(double[][] x, int layer, double[] parameters) {
    for (int row = 0; row < x.length; row++) {
      double[] read = norm(TensorRole.MLP_NORM, layer, x[row]);
      double[] gated =
          Reference.gate(
              model.architecture().activation(),
              linear(TensorRole.MLP_GATE, layer, "wg", read, parameters),
              linear(TensorRole.MLP_UP, layer, "wu", read, parameters));
      double[] output = linear(TensorRole.MLP_DOWN, layer, "wd", gated, parameters);
      x[row] = add(x[row], norm(TensorRole.MLP_POST_NORM, layer, output));
    }
  }

  /** What a norm makes of x, or x where the model has no such norm. */
  private double[] norm(TensorRole role, int layer, double[] x) {
    return vector(role, layer)
        .map(weight -> Reference.normParts(x, weight, sizes.normEpsilon()))
        .orElse(x);
  }

  private double[] add(double[] x, double[] output) {
    return Reference.plus(x, Reference.times(sizes.multipliers().residual(), output));
  }

  private double[] linear(
      TensorRole role, int layer, String name, double[] x, double[] parameters) {
    double[] product =
        Reference.plus(
            Reference.times(matrix(role, layer), x),
            delta("layers.%d.%s".formatted(layer, name), x, parameters));
    // Biases' roles are named like their matrices'.
    return vector(TensorRole.valueOf(role + "_BIAS"), layer)
        .map(bias -> Reference.plus(product, bias))
        .orElse(product);
  }

  /** A norm's or bias's values, if the model has it. */
  private Optional<double[]> vector(TensorRole role, int layer) {
    return vectors.computeIfAbsent(
        role + " " + layer,
        key -> model.find(role, layer).map(FrozenMatrix::decode).map(GradientCheck::doubles));
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
