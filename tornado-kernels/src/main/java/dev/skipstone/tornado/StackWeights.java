package dev.skipstone.tornado;

import dev.skipstone.model.Model;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.tornado.LayerStack.Part;
import dev.skipstone.tornado.kernel.DeviceMatrix;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a stack of layers, as they go to the device.
 *
 * @param attentionNorm [layers][width]
 * @param attentionInput queries, keys and values
 * @param mlpInput gate and up
 */
record StackWeights(
    FloatArray attentionNorm,
    DeviceMatrix attentionInput,
    DeviceMatrix attentionOutput,
    FloatArray mlpNorm,
    DeviceMatrix mlpInput,
    DeviceMatrix mlpOutput) {

  static StackWeights load(LayerStack stack, MatrixPacker packer) {
    return new StackWeights(
        norms(stack, TensorRole.ATTENTION_NORM),
        packer.pack(stack.tensors(Part.ATTENTION_INPUT)),
        packer.pack(stack.tensors(Part.ATTENTION_OUTPUT)),
        norms(stack, TensorRole.MLP_NORM),
        packer.pack(stack.tensors(Part.MLP_INPUT)),
        packer.pack(stack.tensors(Part.MLP_OUTPUT)));
  }

  /**
   * What an attention sublayer needs on the device.
   *
   * @param angles of RoPE
   */
  Object[] attention(DeviceCache cache, FloatArray angles) {
    return with(
        List.of(attentionInput, attentionOutput),
        attentionNorm,
        cache.keys(),
        cache.values(),
        angles);
  }

  /** What an MLP sublayer needs on the device. */
  Object[] mlp() {
    return with(List.of(mlpInput, mlpOutput), mlpNorm);
  }

  private static Object[] with(List<DeviceMatrix> matrices, Object... others) {
    Stream<Object> arrays = matrices.stream().flatMap(matrix -> Stream.of(matrix.arrays()));
    return Stream.concat(arrays, Stream.of(others)).toArray();
  }

  private static FloatArray norms(LayerStack stack, TensorRole role) {
    Model model = stack.model();
    int width = model.hyperParameters().width();
    FloatArray all = new FloatArray(stack.layers().size() * width);
    for (int i = 0; i < stack.layers().size(); i++) {
      float[] values = values(model.tensor(role, stack.layers().get(i)));
      for (int c = 0; c < width; c++) {
        all.set(i * width + c, values[c]);
      }
    }
    return all;
  }

  /** A vector of the model, decoded. */
  static float[] values(Tensor tensor) {
    int count = Math.toIntExact(tensor.columns());
    float[] values = new float[count];
    try (Arena mapping = Arena.ofConfined()) {
      tensor.type().decode(tensor.map(mapping), 0, count / tensor.type().blockSize(), values, 0);
    }
    return values;
  }
}
