package dev.skipstone.tornado;

/** The weights of a stack of layers, as they go to the device. */
record StackWeights(SublayerWeights attention, SublayerWeights mlp) {

  static StackWeights load(LayerStack stack, MatrixPacker packer) {
    return new StackWeights(
        SublayerWeights.attention(stack, packer), SublayerWeights.mlp(stack, packer));
  }
}
