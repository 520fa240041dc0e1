package dev.skipstone.adapt;

import dev.skipstone.adapt.layer.DraftPath;
import dev.skipstone.adapt.layer.IdRanges;
import dev.skipstone.adapt.layer.Parameters;
import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.TensorType;
import dev.skipstone.model.safetensors.SafetensorsWriter;
import dev.skipstone.runtime.adapter.DraftAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Writes what was trained as a {@link DraftAdapter}'s file, in float16. */
final class AdapterWriter {
  private final Model model;
  private final HyperParameters sizes;
  private final DraftPath draft;
  private final boolean riding;

  /**
   * @param riding whether masks learned to ride
   */
  AdapterWriter(Model model, DraftPath draft, boolean riding) {
    this.model = model;
    this.draft = draft;
    this.riding = riding;
    sizes = model.hyperParameters();
  }

  void write(Path file, String figures) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", DraftAdapter.FORMAT)
            .metadata("version", DraftAdapter.VERSION)
            .metadata("kind", DraftAdapter.KIND)
            .metadata("model", model.fingerprint())
            .metadata("model_name", model.name())
            .metadata("attention", layers(draft.shape().path()::runsAttention))
            .metadata("mlp", layers(draft.shape().path()::runsMlp))
            .metadata("vocabulary", draft.shape().vocabulary().toString())
            .metadata("training", figures);
    if (riding) {
      writer.metadata("riding", DraftAdapter.TRAINED);
    }
    for (Parameters.Tensor tensor : draft.parameters().tensors()) {
      add(writer, tensor);
    }
    writer.write(file);
  }

  private String layers(IntPredicate kept) {
    return IdRanges.text(IntStream.range(0, sizes.layers()).filter(kept).toArray());
  }

  private void add(SafetensorsWriter writer, Parameters.Tensor tensor) {
    String name = tensor.name();
    int rows = tensor.rows();
    int columns = tensor.columns();
    if (tensor.size() == 0) {
      return; // a draft of one token has no masks
    }
    if (name.endsWith(".scale")) {
      writer.tensor(name, TensorType.F16, values(tensor, false), columns);
    } else if (name.endsWith(".down")) {
      // Kept as [in][rank], stored as [rank, in].
      writer.tensor(name, TensorType.F16, transposed(tensor), columns, rows);
    } else {
      boolean rotated = name.endsWith(".wq.up") || name.endsWith(".wk.up");
      boolean adjacent = model.architecture().rope() == RopePairing.ADJACENT;
      writer.tensor(name, TensorType.F16, values(tensor, rotated && adjacent), rows, columns);
    }
  }

  private float[] transposed(Parameters.Tensor tensor) {
    float[] source = draft.parameters().values();
    float[] result = new float[tensor.size()];
    for (int i = 0; i < result.length; i++) {
      int row = i / tensor.columns();
      int column = i % tensor.columns();
      result[column * tensor.rows() + row] = source[tensor.offset() + i];
    }
    return result;
  }

  /**
   * The rows of a tensor.
   *
   * @param toHalves whether rows of adjacent pairs are to become halves: row 2i of a head comes to
   *     i, and row 2i + 1 to i + size/2
   */
  private float[] values(Parameters.Tensor tensor, boolean toHalves) {
    float[] source = draft.parameters().values();
    float[] result = new float[tensor.size()];
    int size = sizes.headSize();
    for (int row = 0; row < tensor.rows(); row++) {
      int channel = row % size;
      int to = toHalves ? row - channel + channel / 2 + channel % 2 * (size / 2) : row;
      System.arraycopy(
          source,
          tensor.offset() + row * tensor.columns(),
          result,
          to * tensor.columns(),
          tensor.columns());
    }
    return result;
  }
}
