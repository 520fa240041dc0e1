package dev.skipstone.model.tokenizer;

import java.util.List;

/** Control tokens that end an answer in the models that have them. */
final class EndTokens {
  static final List<String> NAMES =
      List.of("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "</s>", "<|end|>");

  private EndTokens() {}
}
