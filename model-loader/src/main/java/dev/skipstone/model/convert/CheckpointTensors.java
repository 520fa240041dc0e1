package dev.skipstone.model.convert;

import dev.skipstone.model.Architecture.RopePairing;
import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.family.Family;
import dev.skipstone.model.family.TensorNames.Place;
import dev.skipstone.model.huggingface.HuggingFaceModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A checkpoint's tensors as GGUF has them: by its names, joined and ordered as there. */
final class CheckpointTensors {
  private final HuggingFaceModel model;
  private final HyperParameters sizes;
  private final Family family;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  CheckpointTensors(HuggingFaceModel model) {
    this.model = model;
    sizes = model.hyperParameters();
    family = model.family().inGguf();
    add(TensorRole.TOKEN_EMBEDDING, 0);
    for (int layer = 0; layer < sizes.layers(); layer++) {
      for (TensorRole role : TensorRole.values()) {
        if (role.perLayer()) {
          add(role, layer);
        }
      }
    }
    add(TensorRole.OUTPUT_NORM, 0);
    if (!model.tiedOutput()) {
      add(TensorRole.OUTPUT, 0);
    }
  }

  /** By their names in GGUF. */
  Map<String, Tensor> byName() {
    return tensors;
  }

  private void add(TensorRole role, int layer) {
    family
        .ggufTensors()
        .place(role)
        .filter(place -> place.roles().getFirst() == role)
        .ifPresent(place -> add(place, layer));
  }

  private void add(Place place, int layer) {
    List<Tensor> parts =
        place.roles().stream()
            .map(part -> model.find(part, layer).map(tensor -> ordered(part, tensor)))
            .flatMap(Optional::stream)
            .toList();
    if (!parts.isEmpty()) {
      tensors.put(place.name(layer), DerivedTensor.joined(parts));
    }
  }

  private Tensor ordered(TensorRole role, Tensor tensor) {
    if (family.ggufRope() != RopePairing.ADJACENT) {
      return tensor;
    }
    return switch (role) {
      case ATTENTION_QUERY, ATTENTION_QUERY_BIAS, ATTENTION_KEY, ATTENTION_KEY_BIAS ->
          DerivedTensor.inPairs(tensor, sizes.headSize(), sizes.ropeDimensions());
      default -> tensor;
    };
  }
}
