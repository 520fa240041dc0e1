package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A model's weights, as they go to the device.
 *
 * @param stacks its layers
 * @param weights of each stack
 * @param embedding [vocabulary][width]
 * @param outputNorm [width], times the factor of the logits
 * @param tied whether the output's matrix is the embedding
 * @param output [vocabulary][width]
 */
record DeviceWeights(
    List<LayerStack> stacks,
    List<StackWeights> weights,
    DeviceMatrix embedding,
    FloatArray outputNorm,
    boolean tied,
    DeviceMatrix output) {

  static DeviceWeights load(Model model, List<LayerStack> stacks, MatrixPacker packer) {
    DeviceMatrix embedding = packer.pack(embedding(model));
    return new DeviceWeights(
        stacks,
        stacks.stream().map(stack -> StackWeights.load(stack, packer)).toList(),
        embedding,
        outputNorm(model),
        model.tiedOutput(),
        model.tiedOutput() ? embedding : packer.pack(output(model)));
  }

  /** With the logits' factor, so that no kernel has to multiply them. */
  private static FloatArray outputNorm(Model model) {
    float[] values = SublayerWeights.values(model.tensor(TensorRole.OUTPUT_NORM, 0));
    for (int i = 0; i < values.length; i++) {
      values[i] *= model.hyperParameters().multipliers().logits();
    }
    return FloatArray.fromArray(values);
  }

  /** Bytes of {@link #load} on the device. */
  static long bytes(Model model, List<LayerStack> stacks) {
    HyperParameters sizes = model.hyperParameters();
    return stacks.stream().mapToLong(LayerStack::weightBytes).sum()
        + MatrixPacker.bytes(embedding(model))
        + (model.tiedOutput() ? 0 : MatrixPacker.bytes(output(model)))
        + (long) sizes.width() * Float.BYTES;
  }

  /** For people: which types of weights the device gets as others. */
  static List<String> conversions(Model model, List<LayerStack> stacks) {
    Stream<String> ofLayers = stacks.stream().flatMap(LayerStack::conversions);
    Stream<String> others =
        Stream.concat(
            MatrixPacker.conversions(embedding(model)),
            model.tiedOutput() ? Stream.empty() : MatrixPacker.conversions(output(model)));
    return Stream.concat(ofLayers, others).distinct().toList();
  }

  /** Bytes of the largest array outside the layers. */
  static long largestArray(Model model) {
    long embedding = MatrixPacker.bytes(embedding(model));
    return model.tiedOutput() ? embedding : Math.max(embedding, MatrixPacker.bytes(output(model)));
  }

  private static List<List<Tensor>> embedding(Model model) {
    return List.of(List.of(model.tensor(TensorRole.TOKEN_EMBEDDING, 0)));
  }

  private static List<List<Tensor>> output(Model model) {
    return List.of(List.of(model.tensor(TensorRole.OUTPUT, 0)));
  }
}
