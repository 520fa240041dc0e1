package dev.skipstone.model;

/**
 * One model family, as data: the one transformer executes whatever is described here.
 *
 * @param name as in GGUF's {@code general.architecture}
 * @param rope how query and key channels are paired for rotary position embedding
 */
public record Architecture(String name, RopePairing rope) {

  /** Which channels of a head form a rotated pair (RoFormer, arXiv 2104.09864). */
  public enum RopePairing {
    /** Channels 2i and 2i+1, as in GGUF's llama files, whose rows are permuted for it. */
    ADJACENT,
    /** Channels i and i + dimensions/2, as in Hugging Face checkpoints. */
    HALVES
  }
}
