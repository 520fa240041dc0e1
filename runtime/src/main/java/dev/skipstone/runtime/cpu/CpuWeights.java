package dev.skipstone.runtime.cpu;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
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
   * @param input query, key and value, side by side
   * @param gateAndUp the MLP's gate and up, side by side
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, and compared by nobody
  record Layer(
      float[] attentionNorm,
      Projection input,
      Projection attentionOutput,
      float[] mlpNorm,
      Projection gateAndUp,
      Projection down) {}

  static CpuWeights load(Model model, WorkerPool pool, Arena arena) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < model.hyperParameters().layers(); i++) {
      layers.add(
          new Layer(
              vector(model, TensorRole.ATTENTION_NORM, i),
              Projection.load(attentionInput(model, i), pool, arena),
              Projection.load(attentionOutput(model, i), pool, arena),
              vector(model, TensorRole.MLP_NORM, i),
              Projection.loadInTurns(mlpInput(model, i), pool, arena),
              Projection.load(mlpOutput(model, i), pool, arena)));
    }
    Projection output = Projection.load(output(model), pool, arena);
    WeightMatrix embedding =
        model.tiedOutput()
            ? output.matrix(0)
            : Projection.load(embedding(model), pool, arena).matrix(0);
    return new CpuWeights(
        List.copyOf(layers),
        embedding,
        vector(model, TensorRole.OUTPUT_NORM, 0),
        output,
        forms(model));
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
    long norms =
        (2L * model.hyperParameters().layers() + 1) * model.hyperParameters().width() * Float.BYTES;
    return norms + projections.stream().mapToLong(p -> Projection.bytes(p)).sum();
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

  private static float[] vector(Model model, TensorRole role, int layer) {
    Tensor tensor = model.tensor(role, layer);
    int count = Math.toIntExact(tensor.columns());
    float[] values = new float[count];
    try (Arena mapping = Arena.ofConfined()) {
      MemorySegment source = tensor.map(mapping);
      tensor.type().decode(source, 0, count / tensor.type().blockSize(), values, 0);
    }
    return values;
  }
}
