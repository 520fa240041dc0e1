package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Layers whose matrices lie in the same arrays on the device, so that one graph serves them all:
 * its kernels find their layer in the pass's buffer. Layers of other types of weights, and what
 * would make an array too large for the device, start another stack.
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

  private List<?> signature(int layer) {
    return Stream.of(Part.values())
        .flatMap(part -> tensors(part, layer).stream())
        .map(Tensor::type)
        .toList();
  }

  private List<Tensor> tensors(Part part, int layer) {
    return part.roles().stream().map(role -> model.tensor(role, layer)).toList();
  }

  /** The tensors of a part, layer by layer. */
  List<List<Tensor>> tensors(Part part) {
    return layers.stream().map(layer -> tensors(part, layer)).toList();
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
    long bytes = 2L * layers.size() * model.hyperParameters().width() * Float.BYTES;
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
