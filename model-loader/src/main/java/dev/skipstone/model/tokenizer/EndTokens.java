package dev.skipstone.model.tokenizer;

import java.util.List;

/** Control tokens that end an answer in the models that have them. */
final class EndTokens {
  static final List<String> NAMES =
      List.of(
          "<|im_end|>",
          "<|endoftext|>",
          "<|eot_id|>",
          "<|eom_id|>",
          "<|end_of_text|>",
          "<|end|>",
          "<end_of_turn>",
          "<eos>",
          "</s>");

  private EndTokens() {}
}
