package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Layers whose matrices lie in the same arrays on the device, so that one graph serves them all:
 * its kernels find their layer in the pass's buffer. Layers of other types of weights or with other
 * norms or biases, and what would make an array too large for the device, start another stack.
 *
 * @param layers numbers in the model
 */
record LayerStack(Model model, List<Integer> layers) {

  /** Tensors of a layer that lie in one matrix. */
  enum Part {
    ATTENTION_INPUT,
    ATTENTION_OUTPUT,
    MLP_INPUT,
    MLP_OUTPUT;

    private List<TensorRole> roles() {
      return switch (this) {
        case ATTENTION_INPUT ->
            List.of(
                TensorRole.ATTENTION_QUERY, TensorRole.ATTENTION_KEY, TensorRole.ATTENTION_VALUE);
        case ATTENTION_OUTPUT -> List.of(TensorRole.ATTENTION_OUTPUT);
        case MLP_INPUT -> List.of(TensorRole.MLP_GATE, TensorRole.MLP_UP);
        case MLP_OUTPUT -> List.of(TensorRole.MLP_DOWN);
      };
    }
  }

  /** Vectors of a layer that lie side by side; a model may have none of them. */
  enum Vectors {
    ATTENTION_NORM,
    ATTENTION_INPUT_BIAS,
    HEAD_NORM,
    ATTENTION_OUTPUT_BIAS,
    ATTENTION_POST_NORM,
    MLP_NORM,
    MLP_INPUT_BIAS,
    MLP_OUTPUT_BIAS,
    MLP_POST_NORM;

    private List<TensorRole> roles() {
      return switch (this) {
        case ATTENTION_NORM -> List.of(TensorRole.ATTENTION_NORM);
        case ATTENTION_INPUT_BIAS ->
            List.of(
                TensorRole.ATTENTION_QUERY_BIAS,
                TensorRole.ATTENTION_KEY_BIAS,
                TensorRole.ATTENTION_VALUE_BIAS);
        case HEAD_NORM -> List.of(TensorRole.ATTENTION_QUERY_NORM, TensorRole.ATTENTION_KEY_NORM);
        case ATTENTION_OUTPUT_BIAS -> List.of(TensorRole.ATTENTION_OUTPUT_BIAS);
        case ATTENTION_POST_NORM -> List.of(TensorRole.ATTENTION_POST_NORM);
        case MLP_NORM -> List.of(TensorRole.MLP_NORM);
        case MLP_INPUT_BIAS -> List.of(TensorRole.MLP_GATE_BIAS, TensorRole.MLP_UP_BIAS);
        case MLP_OUTPUT_BIAS -> List.of(TensorRole.MLP_DOWN_BIAS);
        case MLP_POST_NORM -> List.of(TensorRole.MLP_POST_NORM);
      };
    }
  }

  /**
   * Divides a model's layers.
   *
   * @param positions of the cache
   * @param largest bytes that one array may have
   */
  static List<LayerStack> of(Model model, int positions, long largest) {
    List<LayerStack> stacks = new ArrayList<>();
    for (int layer = 0; layer < model.hyperParameters().layers(); layer++) {
      LayerStack alone = new LayerStack(model, List.of(layer));
      if (!stacks.isEmpty()) {
        LayerStack grown = stacks.getLast().with(layer);
        if (grown.hasOneSignature() && grown.largestArray(positions) <= largest) {
          stacks.set(stacks.size() - 1, grown);
          continue;
        }
      }
      stacks.add(alone);
    }
    return stacks;
  }

  private LayerStack with(int layer) {
    return new LayerStack(model, Stream.concat(layers.stream(), Stream.of(layer)).toList());
  }

  private boolean hasOneSignature() {
    return layers.stream().map(this::signature).distinct().count() == 1;
  }

  /** What a graph for the layer depends on: its types of weights, and which vectors it has. */
  private List<?> signature(int layer) {
    Stream<Object> types =
        Stream.of(Part.values()).flatMap(part -> tensors(part, layer).stream()).map(Tensor::type);
    Stream<Object> lengths =
        Stream.of(Vectors.values())
            .flatMap(vectors -> vectors.roles().stream())
            .map(role -> model.find(role, layer).map(Tensor::columns).orElse(0L));
    return Stream.concat(types, lengths).toList();
  }

  private List<Tensor> tensors(Part part, int layer) {
    return part.roles().stream().map(role -> model.tensor(role, layer)).toList();
  }

  /** The tensors of a part, layer by layer. */
  List<List<Tensor>> tensors(Part part) {
    return layers.stream().map(layer -> tensors(part, layer)).toList();
  }

  /** Whether the layers have one of these vectors at least. */
  boolean has(Vectors vectors) {
    return vectors.roles().stream()
        .anyMatch(role -> model.find(role, layers.getFirst()).isPresent());
  }

  /** The lengths of a layer's vectors; of one that it lacks, what it would have. */
  List<Integer> lengths(Vectors vectors) {
    return vectors.roles().stream()
        .map(role ->
            model
                .find(role, layers.getFirst())
                .map(Tensor::columns)
                .orElse(role.shape(model.hyperParameters()).getFirst()))
        .map(Math::toIntExact)
        .toList();
  }

  /** A layer's vectors, of which it may lack some. */
  List<Optional<Tensor>> tensors(Vectors vectors, int layer) {
    return vectors.roles().stream().map(role -> model.find(role, layer)).toList();
  }

  /** Bytes of the largest of the stack's arrays. */
  long largestArray(int positions) {
    long largest = cacheBytes(positions) / 2;
    for (Part part : Part.values()) {
      largest = Math.max(largest, MatrixPacker.bytes(tensors(part)));
    }
    return largest;
  }

  /** Bytes of its weights. */
  long weightBytes() {
    long bytes = 0;
    for (Vectors vectors : Vectors.values()) {
      if (has(vectors)) {
        long length = lengths(vectors).stream().mapToLong(Integer::longValue).sum();
        bytes += layers.size() * length * Float.BYTES;
      }
    }
    for (Part part : Part.values()) {
      bytes += MatrixPacker.bytes(tensors(part));
    }
    return bytes;
  }

  /** As {@link MatrixPacker#conversions}, of its matrices. */
  Stream<String> conversions() {
    return Stream.of(Part.values()).flatMap(part -> MatrixPacker.conversions(tensors(part)));
  }

  /** Bytes of keys and values, in float32. */
  long cacheBytes(int positions) {
    HyperParameters sizes = model.hyperParameters();
    return 2L * layers.size() * sizes.keyValueHeads() * positions * sizes.headSize() * Float.BYTES;
  }
}
