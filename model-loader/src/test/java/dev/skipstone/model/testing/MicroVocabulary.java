package dev.skipstone.model.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * A byte-level vocabulary in GPT-2's writing: {@code <|endoftext|>}, {@code <|im_start|>}, {@code
 * <|im_end|>}, then the 256 bytes (the lower-case letters first, then the space, then the others in
 * order), then a few merges, then unused tokens. A smaller vocabulary has the first of them.
 */
public final class MicroVocabulary {
  private static final String TEMPLATE =
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n'"
          + " + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  private static final List<String> SPECIAL =
      List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private static final List<String> MERGES =
      List.of(
          "h e", "l l", "i n", "o n", "t h", "th e", "he ll", "hell o", "o u", "Ġ t", "Ġ a",
          "Ġt he", "Ġ Ġ");

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int UNUSED = 5;

  private final List<String> tokens = new ArrayList<>(SPECIAL);
  private final List<Integer> types = new ArrayList<>();
  private final List<String> merges = new ArrayList<>();

  /** The first tokens of the vocabulary. */
  public MicroVocabulary(int size) {
    if (size <= SPECIAL.size()) {
      throw new IllegalArgumentException("a vocabulary of " + size + " tokens is too small");
    }
    SPECIAL.forEach(token -> types.add(CONTROL));
    for (int value : bytes().subList(0, Math.min(256, size - tokens.size()))) {
      add(letter(value), NORMAL);
    }
    for (String merge : MERGES) {
      if (tokens.size() < size) {
        merges.add(merge);
        add(merge.replace(" ", ""), NORMAL);
      }
    }
    while (tokens.size() < size) {
      add("<|unused_" + tokens.size() + "|>", UNUSED);
    }
  }

  /** Adds the vocabulary's metadata and its chat template. */
  public void writeTo(GgufWriter writer) {
    writer
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", "smollm")
        .array("tokenizer.ggml.tokens", GgufKind.STRING, tokens)
        .array("tokenizer.ggml.token_type", GgufKind.INT32, types)
        .array("tokenizer.ggml.merges", GgufKind.STRING, merges)
        .uint32("tokenizer.ggml.bos_token_id", 1)
        .uint32("tokenizer.ggml.eos_token_id", 2)
        .bool("tokenizer.ggml.add_bos_token", false)
        .bool("tokenizer.ggml.add_space_prefix", false)
        .string("tokenizer.chat_template", TEMPLATE);
  }

  private void add(String token, int type) {
    tokens.add(token);
    types.add(type);
  }

  private static List<Integer> bytes() {
    List<Integer> bytes = new ArrayList<>();
    for (int letter = 'a'; letter <= 'z'; letter++) {
      bytes.add(letter);
    }
    bytes.add((int) ' ');
    for (int value = 0; value < 256; value++) {
      if (!bytes.contains(value)) {
        bytes.add(value);
      }
    }
    return bytes;
  }

  /** The character that byte-level vocabularies write for a byte, so that none is a blank. */
  private static String letter(int value) {
    if (printable(value)) {
      return Character.toString(value);
    }
    int hidden = 0;
    for (int smaller = 0; smaller < value; smaller++) {
      hidden += printable(smaller) ? 0 : 1;
    }
    return Character.toString(256 + hidden);
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
  }
}
