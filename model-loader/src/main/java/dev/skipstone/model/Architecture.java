package dev.skipstone.model;

/**
 * What the transformer has to know of a model's family, beside its sizes: the one transformer
 * executes whatever is described here. Which norms and biases a layer has is told by its tensors
 * ({@link Model#find}), which layers have windows and RoPE by {@link HyperParameters#attention}.
 *
 * @param name of the family
 * @param rope how query and key channels are paired for rotary position embedding
 * @param activation of the MLP's gate
 */
public record Architecture(String name, RopePairing rope, Activation activation) {
  /** With the usual activation. */
  public Architecture(String name, RopePairing rope) {
    this(name, rope, Activation.SILU);
  }

  /** Which channels of a head form a rotated pair (RoFormer, arXiv 2104.09864). */
  public enum RopePairing {
    /** Channels 2i and 2i+1, as in GGUF's llama files, whose rows are permuted for it. */
    ADJACENT,
    /** Channels i and i + dimensions/2, as in Hugging Face checkpoints. */
    HALVES
  }

  /** What is done to an MLP's gate before it multiplies the rest (arXiv 2002.05202). */
  public enum Activation {
    /** x sigmoid(x). */
    SILU,
    /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), near to GELU (arXiv 1606.08415). */
    GELU_TANH
  }
}
