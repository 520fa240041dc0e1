package dev.skipstone.model.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * GGUF metadata of a small tokenizer: all bytes, some merges, two control tokens, one of a user.
 */
final class MicroVocabulary {
  static final int CONTROL_END = 0;
  static final int CONTROL_START = 1;
  static final int USER = 2;
  static final int FIRST_BYTE = 3;
  static final int FIRST_MERGED = FIRST_BYTE + 256;

  private MicroVocabulary() {}

  /** Merges make, in this order: he, ll, hell, hello, and spaces in twos and fours. */
  static Map<String, Object> metadata() {
    List<Object> tokens = new ArrayList<>(List.of("<|im_end|>", "<|im_start|>", "<user>"));
    for (int value = 0; value < 256; value++) {
      tokens.add(String.valueOf(ByteAlphabet.character(value)));
    }
    List<Object> merges = new ArrayList<>();
    for (String merge : List.of("h e", "l l", "he ll", "hell o", "Ġ Ġ", "ĠĠ ĠĠ")) {
      merges.add(merge);
      tokens.add(merge.replace(" ", ""));
    }
    List<Object> types = new ArrayList<>(List.of(3, 3, 4));
    while (types.size() < tokens.size()) {
      types.add(1);
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", "gpt-2");
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.merges", merges);
    metadata.put("tokenizer.ggml.eos_token_id", 0L);
    return metadata;
  }

  /** The id of a byte's token. */
  static int id(int value) {
    return FIRST_BYTE + value;
  }
}
