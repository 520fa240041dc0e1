package dev.skipstone.model.gguf;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The tensors of a model by what they are for, each one present and of the right shape. */
final class TensorTable {
  private final GgufFile file;
  private final GgufArchitecture architecture;
  private final Map<String, Tensor> byName = new HashMap<>();
  private int layers;

  TensorTable(GgufFile file, GgufArchitecture architecture) {
    this.file = file;
    this.architecture = architecture;
    file.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
  }

  /** Rows of the embedding. */
  int vocabulary() {
    Tensor embedding = require(TensorRole.TOKEN_EMBEDDING, 0);
    if (embedding.rows() > Integer.MAX_VALUE) {
      throw error(embedding, embedding.rows() + " rows are more than a vocabulary can have");
    }
    return (int) embedding.rows();
  }

  boolean tiedOutput() {
    return !byName.containsKey(architecture.tensorName(TensorRole.OUTPUT, 0));
  }

  /** A tensor by its role, the embedding where it is also the output. */
  Tensor get(TensorRole role, int layer) {
    if (role.perLayer()) {
      Objects.checkIndex(layer, layers);
    } else if (role == TensorRole.OUTPUT && tiedOutput()) {
      return require(TensorRole.TOKEN_EMBEDDING, 0);
    }
    return require(role, layer);
  }

  /** Checks that the file has all tensors of the model, and no other. */
  void check(HyperParameters sizes) {
    layers = sizes.layers();
    Map<String, Tensor> others = new HashMap<>(byName);
    for (TensorRole role : TensorRole.values()) {
      // The first layer that is missing ends the loop, so a hostile number of layers does no harm.
      for (int layer = 0; layer < (role.perLayer() ? layers : 1); layer++) {
        Tensor tensor = get(role, layer);
        checkShape(tensor, role.shape(sizes));
        tensor.type();
        others.remove(tensor.name());
      }
    }
    // A tensor left unused would mean that the model computes something else than it was made for.
    for (Tensor tensor : file.tensors()) {
      if (others.containsKey(tensor.name())) {
        throw error(tensor, unused(tensor.name()));
      }
    }
  }

  private void checkShape(Tensor tensor, List<Long> expected) {
    if (!tensor.shape().equals(expected)) {
      throw error(tensor, "has shape " + tensor.shape() + " instead of " + expected);
    }
  }

  private String unused(String name) {
    if (name.startsWith("rope_")) {
      return "scaled RoPE is not supported yet";
    }
    if (name.endsWith(".bias")) {
      return "biases are not supported yet";
    }
    if (name.contains("_exps.") || name.contains("_inp.")) {
      return "mixtures of experts are not supported yet";
    }
    return "has no place in the architecture %s with %d layers, so the model would not be computed"
            .formatted(architecture.name(), layers)
        + " as it was made";
  }

  private Tensor require(TensorRole role, int layer) {
    String name = architecture.tensorName(role, layer);
    Tensor tensor = byName.get(name);
    if (tensor == null) {
      throw new ModelFileException(
          file.path(),
          "tensor " + name,
          ModelFileException.NO_OFFSET,
          "the file lacks it; the architecture " + architecture.name() + " needs it");
    }
    return tensor;
  }

  private ModelFileException error(Tensor tensor, String problem) {
    return new ModelFileException(file.path(), "tensor " + tensor.name(), tensor.offset(), problem);
  }
}
