package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model's weights in memory.
 *
 * @param embedding [vocabulary, width]; the output's matrix where it is tied
 * @param output [vocabulary, width]
 * @param forms that the projections take their inputs in
 */
@SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
record CpuWeights(
    List<Layer> layers,
    WeightMatrix embedding,
    float[] outputNorm,
    Projection output,
    ActivationForms forms) {

  /**
   * @param attentionNorm null for none, like all norms
   * @param input query, key and value, side by side
   * @param queryNorm of each head, or of all of a row
   * @param keyNorm as the queries'
   * @param attentionPostNorm of what attention adds to the residual stream
   * @param gateAndUp the MLP's gate and up, side by side
   * @param mlpPostNorm of what the MLP adds to the residual stream
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Layer(
      float[] attentionNorm,
      Projection input,
      float[] queryNorm,
      float[] keyNorm,
      Projection attentionOutput,
      float[] attentionPostNorm,
      float[] mlpNorm,
      Projection gateAndUp,
      Projection down,
      float[] mlpPostNorm) {}

  static CpuWeights load(Model model, WorkerPool pool, Arena arena) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < model.hyperParameters().layers(); i++) {
      layers.add(layer(model, i, pool, arena));
    }
    Projection output = Projection.load(output(model), pool, arena);
    WeightMatrix embedding =
        model.tiedOutput()
            ? output.matrix(0)
            : Projection.load(embedding(model), pool, arena).matrix(0);
    return new CpuWeights(
        List.copyOf(layers),
        embedding,
        norm(model, TensorRole.OUTPUT_NORM, 0),
        output,
        forms(model));
  }

  private static Layer layer(Model model, int i, WorkerPool pool, Arena arena) {
    return new Layer(
        norm(model, TensorRole.ATTENTION_NORM, i),
        Projection.load(attentionInput(model, i), pool, arena)
            .with(
                biases(
                    model,
                    i,
                    TensorRole.ATTENTION_QUERY_BIAS,
                    TensorRole.ATTENTION_KEY_BIAS,
                    TensorRole.ATTENTION_VALUE_BIAS)),
        norm(model, TensorRole.ATTENTION_QUERY_NORM, i),
        norm(model, TensorRole.ATTENTION_KEY_NORM, i),
        Projection.load(attentionOutput(model, i), pool, arena)
            .with(biases(model, i, TensorRole.ATTENTION_OUTPUT_BIAS)),
        norm(model, TensorRole.ATTENTION_POST_NORM, i),
        norm(model, TensorRole.MLP_NORM, i),
        Projection.loadInTurns(mlpInput(model, i), pool, arena)
            .with(biases(model, i, TensorRole.MLP_GATE_BIAS, TensorRole.MLP_UP_BIAS)),
        Projection.load(mlpOutput(model, i), pool, arena)
            .with(biases(model, i, TensorRole.MLP_DOWN_BIAS)),
        norm(model, TensorRole.MLP_POST_NORM, i));
  }

  /** Forms that the products of a model's weights take their inputs in. */
  static ActivationForms forms(Model model) {
    ActivationForms forms = new ActivationForms();
    for (int i = 0; i < model.hyperParameters().layers(); i++) {
      forms.normed().addAll(Projection.forms(attentionInput(model, i)));
      forms.normed().addAll(Projection.forms(mlpInput(model, i)));
      forms.attended().addAll(Projection.forms(attentionOutput(model, i)));
      forms.gated().addAll(Projection.forms(mlpOutput(model, i)));
    }
    forms.normed().addAll(Projection.forms(output(model)));
    return forms;
  }

  /** How rows are divided, for each matrix that they are multiplied with. */
  Stream<RowDivision> divisions() {
    Stream<Projection> ofLayers =
        layers.stream()
            .flatMap(layer ->
                Stream.of(layer.input(), layer.attentionOutput(), layer.gateAndUp(), layer.down()));
    return Stream.concat(ofLayers, Stream.of(output)).flatMap(Projection::divisions);
  }

  /** Values of an output row of the widest query, key and value. */
  int widestInput() {
    return layers.stream().mapToInt(layer -> layer.input().stride()).max().orElseThrow();
  }

  /** Values of an output row of the widest gate and up. */
  int widestGateAndUp() {
    return layers.stream().mapToInt(layer -> layer.gateAndUp().stride()).max().orElseThrow();
  }

  /** Bytes that {@link #load} takes. */
  static long bytes(Model model) {
    List<List<Tensor>> projections = new ArrayList<>();
    for (int i = 0; i < model.hyperParameters().layers(); i++) {
      projections.add(attentionInput(model, i));
      projections.add(attentionOutput(model, i));
      projections.add(mlpInput(model, i));
      projections.add(mlpOutput(model, i));
    }
    projections.add(output(model));
    if (!model.tiedOutput()) {
      projections.add(embedding(model));
    }
    return vectorBytes(model) + projections.stream().mapToLong(p -> Projection.bytes(p)).sum();
  }

  /** Bytes of norms and biases, biases' filling not counted. */
  private static long vectorBytes(Model model) {
    long values = 0;
    for (TensorRole role : TensorRole.values()) {
      if (role.isNorm() || role.isBias()) {
        for (int i = 0; i < (role.perLayer() ? model.hyperParameters().layers() : 1); i++) {
          values += model.find(role, i).map(Tensor::columns).orElse(0L);
        }
      }
    }
    return values * Float.BYTES;
  }

  private static List<Tensor> attentionInput(Model model, int layer) {
    return List.of(
        model.tensor(TensorRole.ATTENTION_QUERY, layer),
        model.tensor(TensorRole.ATTENTION_KEY, layer),
        model.tensor(TensorRole.ATTENTION_VALUE, layer));
  }

  private static List<Tensor> attentionOutput(Model model, int layer) {
    return List.of(model.tensor(TensorRole.ATTENTION_OUTPUT, layer));
  }

  private static List<Tensor> mlpInput(Model model, int layer) {
    return List.of(
        model.tensor(TensorRole.MLP_GATE, layer), model.tensor(TensorRole.MLP_UP, layer));
  }

  private static List<Tensor> mlpOutput(Model model, int layer) {
    return List.of(model.tensor(TensorRole.MLP_DOWN, layer));
  }

  private static List<Tensor> output(Model model) {
    return List.of(
        model.tensor(model.tiedOutput() ? TensorRole.TOKEN_EMBEDDING : TensorRole.OUTPUT, 0));
  }

  private static List<Tensor> embedding(Model model) {
    return List.of(model.tensor(TensorRole.TOKEN_EMBEDDING, 0));
  }

  /** Null where the model has no such norm. */
  private static float[] norm(Model model, TensorRole role, int layer) {
    return model.find(role, layer).map(CpuWeights::values).orElse(null);
  }

  private static List<Optional<float[]>> biases(Model model, int layer, TensorRole... roles) {
    return Stream.of(roles).map(role -> model.find(role, layer).map(CpuWeights::values)).toList();
  }

  private static float[] values(Tensor tensor) {
    int count = Math.toIntExact(tensor.columns());
    float[] values = new float[count];
    try (Arena mapping = Arena.ofConfined()) {
      MemorySegment source = tensor.map(mapping);
      tensor.type().decode(source, 0, count / tensor.type().blockSize(), values, 0);
    }
    return values;
  }
}
