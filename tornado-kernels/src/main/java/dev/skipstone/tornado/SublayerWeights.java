package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.tornado.LayerStack.Part;
import dev.skipstone.tornado.LayerStack.Vectors;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a stack's attention or MLP sublayers, as they go to the device. Vectors are
 * [layers][channels].
 *
 * @param norm of what the input's matrix takes
 * @param input queries, keys and values, or gate and up
 * @param headNorm of queries and keys
 * @param postNorm of what is added to the residual stream, times the model's factor of that
 */
record SublayerWeights(
    Optional<FloatArray> norm,
    DeviceMatrix input,
    Optional<FloatArray> inputBias,
    Optional<HeadNorm> headNorm,
    DeviceMatrix output,
    Optional<FloatArray> outputBias,
    Optional<FloatArray> postNorm) {

  /**
   * Norms of queries and keys.
   *
   * @param weight [layers][channels of a unit of queries, of one of keys]
   * @param queries units of a row's queries: heads, or 1 where all are normed as one
   * @param keys likewise
   */
  record HeadNorm(FloatArray weight, int queries, int keys) {}

  static SublayerWeights attention(LayerStack stack, MatrixPacker packer) {
    return new SublayerWeights(
        vectors(stack, Vectors.ATTENTION_NORM, 1),
        packer.pack(stack.tensors(Part.ATTENTION_INPUT)),
        vectors(stack, Vectors.ATTENTION_INPUT_BIAS, 1),
        vectors(stack, Vectors.HEAD_NORM, 1).map(weight -> headNorm(stack, weight)),
        packer.pack(stack.tensors(Part.ATTENTION_OUTPUT)),
        vectors(stack, Vectors.ATTENTION_OUTPUT_BIAS, 1),
        vectors(stack, Vectors.ATTENTION_POST_NORM, residualFactor(stack)));
  }

  static SublayerWeights mlp(LayerStack stack, MatrixPacker packer) {
    return new SublayerWeights(
        vectors(stack, Vectors.MLP_NORM, 1),
        packer.pack(stack.tensors(Part.MLP_INPUT)),
        vectors(stack, Vectors.MLP_INPUT_BIAS, 1),
        Optional.empty(),
        packer.pack(stack.tensors(Part.MLP_OUTPUT)),
        vectors(stack, Vectors.MLP_OUTPUT_BIAS, 1),
        vectors(stack, Vectors.MLP_POST_NORM, residualFactor(stack)));
  }

  private static float residualFactor(LayerStack stack) {
    return stack.model().hyperParameters().multipliers().residual();
  }

  private static HeadNorm headNorm(LayerStack stack, FloatArray weight) {
    HyperParameters sizes = stack.model().hyperParameters();
    List<Integer> units = stack.lengths(Vectors.HEAD_NORM);
    int size = sizes.headSize();
    return new HeadNorm(
        weight,
        sizes.heads() * size / units.getFirst(),
        sizes.keyValueHeads() * size / units.getLast());
  }

  /** All arrays that are needed on the device. */
  Object[] arrays() {
    Stream<Object> matrices =
        Stream.of(input, output).flatMap(matrix -> Stream.of(matrix.arrays()));
    Stream<Object> vectors =
        Stream.of(norm, inputBias, headNorm.map(HeadNorm::weight), outputBias, postNorm)
            .flatMap(Optional::stream);
    return Stream.concat(matrices, vectors).toArray();
  }

  /** Vectors of all layers, zeros where a layer lacks one of them; empty where it lacks all. */
  private static Optional<FloatArray> vectors(LayerStack stack, Vectors vectors, float factor) {
    if (!stack.has(vectors)) {
      return Optional.empty();
    }
    List<Integer> lengths = stack.lengths(vectors);
    int perLayer = lengths.stream().mapToInt(Integer::intValue).sum();
    FloatArray all = new FloatArray(stack.layers().size() * perLayer);
    all.init(0);
    int at = 0;
    for (int layer : stack.layers()) {
      List<Optional<Tensor>> tensors = stack.tensors(vectors, layer);
      for (int i = 0; i < lengths.size(); i++) {
        if (tensors.get(i).isPresent()) {
          fill(all, at, tensors.get(i).get(), factor);
        }
        at += lengths.get(i);
      }
    }
    return Optional.of(all);
  }

  private static void fill(FloatArray all, int from, Tensor tensor, float factor) {
    float[] values = values(tensor);
    for (int i = 0; i < values.length; i++) {
      all.set(from + i, factor * values[i]);
    }
  }

  /** A vector, decoded. */
  static float[] values(Tensor tensor) {
    float[] all = new float[Math.toIntExact(tensor.columns())];
    int[] next = {0};
    tensor.forEachValue((values, count) -> {
      System.arraycopy(values, 0, all, next[0], count);
      next[0] += count;
    });
    return all;
  }
}
