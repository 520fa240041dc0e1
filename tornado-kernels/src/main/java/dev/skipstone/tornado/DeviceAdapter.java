package dev.skipstone.tornado;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.Tensor;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A draft adapter's weights, as they go to the device.
 *
 * @param source what they were read from
 * @param stacks what is added to each stack of layers
 * @param masks [slots][width], if there are any
 * @param scored 1 for each block of the vocabulary that can be drafted, 0 for others
 * @param lowWidth floats of a row of products with matrices down, the most there are at once
 */
record DeviceAdapter(
    AdapterWeights source,
    List<StackAdapter> stacks,
    Optional<FloatArray> masks,
    Optional<BridgeWeights> bridges,
    IntArray scored,
    int lowWidth) {

  static DeviceAdapter load(AdapterWeights source, List<LayerStack> stacks, int vocabulary) {
    return new DeviceAdapter(
        source,
        stacks.stream().map(stack -> StackAdapter.load(stack, source)).toList(),
        source.masks().map(DeviceAdapter::values),
        BridgeWeights.load(source),
        scored(source.vocabulary(), vocabulary),
        lowWidth(source, stacks));
  }

  private static FloatArray values(Tensor tensor) {
    FloatArray all = new FloatArray(Math.toIntExact(tensor.rows() * tensor.columns()));
    int[] next = {0};
    tensor.forEachValue((values, count) -> {
      for (int i = 0; i < count; i++) {
        all.set(next[0]++, values[i]);
      }
    });
    return all;
  }

  private static IntArray scored(TokenBlocks tokens, int vocabulary) {
    IntArray scored = new IntArray(blocks(vocabulary));
    scored.init(0);
    for (int i = 0; i < tokens.count(); i++) {
      scored.set(tokens.block(i), 1);
    }
    return scored;
  }

  private static int blocks(int vocabulary) {
    return (vocabulary + TokenBlocks.BLOCK - 1) / TokenBlocks.BLOCK;
  }

  private static int lowWidth(AdapterWeights source, List<LayerStack> stacks) {
    int ofStacks =
        stacks.stream().mapToInt(stack -> StackAdapter.lowWidth(stack, source)).max().orElseThrow();
    return Math.max(ofStacks, BridgeWeights.lowWidth(source));
  }

  /** Bytes of {@link #load} on the device. */
  static long bytes(AdapterWeights source, List<LayerStack> stacks, int vocabulary) {
    long masks = source.masks().map(tensor -> tensor.rows() * tensor.columns()).orElse(0L);
    return stacks.stream().mapToLong(stack -> StackAdapter.bytes(stack, source)).sum()
        + masks * Float.BYTES
        + BridgeWeights.bytes(source)
        + (long) blocks(vocabulary) * Integer.BYTES;
  }

  /** Bytes of the largest of its matrices. */
  static long largestArray(AdapterWeights source, List<LayerStack> stacks) {
    return stacks.stream()
        .mapToLong(stack -> StackAdapter.largestArray(stack, source))
        .reduce(BridgeWeights.largestArray(source), Math::max);
  }

  /** Most bytes that adapted passes take on the device besides these weights. */
  static long scratchBytes(AdapterWeights source, List<LayerStack> stacks, HyperParameters sizes) {
    return Activations.adaptedBytes(sizes, stacks.size(), lowWidth(source, stacks));
  }
}
