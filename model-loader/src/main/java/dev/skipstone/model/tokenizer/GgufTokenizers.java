package dev.skipstone.model.tokenizer;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** Tokenizers from the metadata of GGUF files. */
public final class GgufTokenizers {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String MODEL = PREFIX + "model";
  private static final String PRE = PREFIX + "pre";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String TOKEN_TYPE = PREFIX + "token_type";
  private static final String MERGES = PREFIX + "merges";

  private static final BpeRule GPT2 = new BpeRule(PreTokenizer.GPT2, false, false, false);
  private static final BpeRule LLAMA3 = new BpeRule(PreTokenizer.LLAMA3, false, true, false);

  /** What {@code tokenizer.ggml.pre} may be. */
  private static final Map<String, BpeRule> RULES =
      Map.of(
          "default", GPT2,
          "gpt-2", GPT2,
          "gpt2", GPT2,
          "llama-bpe", LLAMA3,
          "llama3", LLAMA3,
          "qwen2", new BpeRule(PreTokenizer.QWEN2, true, false, false),
          "smollm", new BpeRule(PreTokenizer.SMOLLM, false, false, false));

  private GgufTokenizers() {}

  /**
   * Reads the tokenizer of a GGUF file. Supported is byte-level BPE ({@code tokenizer.ggml.model}
   * {@code gpt2}) with the pre-tokenizers {@code smollm}, {@code gpt-2} ({@code gpt2}, {@code
   * default}), {@code llama-bpe} ({@code llama3}) and {@code qwen2}.
   *
   * @param file the file, for errors; it is not read
   * @param metadata all of the file's metadata: String, Number, Boolean or List
   * @throws ModelFileException if a key is missing, wrong, or asks for what is not supported
   */
  public static Tokenizer read(Path file, Map<String, Object> metadata) {
    GgufMetadata keys = new GgufMetadata(file, metadata);
    String model = keys.string(MODEL);
    if (!model.equals("gpt2")) {
      throw keys.problem(
          MODEL, Quoted.text(model) + " is not supported; supported: \"gpt2\" (byte-level BPE)");
    }
    String pre = keys.string(PRE);
    BpeRule rule = RULES.get(pre);
    if (rule == null) {
      throw keys.problem(
          PRE,
          Quoted.text(pre)
              + " is not supported; supported: "
              + String.join(", ", new TreeMap<>(RULES).keySet()));
    }
    String[] tokens = tokens(keys);
    Vocabulary vocabulary = new Vocabulary(file, TOKENS, tokens, kinds(keys, tokens.length));
    return new ByteLevelBpe(
        vocabulary,
        merges(keys, vocabulary),
        rule.withPrefixSpace(keys.flag(PREFIX + "add_space_prefix")),
        keys.id(PREFIX + "unknown_token_id", tokens.length).orElse(ByteLevelBpe.NO_UNKNOWN),
        endTokens(keys, vocabulary),
        beginToken(keys, tokens.length));
  }

  private static String[] tokens(GgufMetadata keys) {
    List<?> list = keys.list(TOKENS);
    if (list.isEmpty()) {
      throw keys.problem(TOKENS, "there are no tokens");
    }
    String[] tokens = new String[list.size()];
    for (int id = 0; id < tokens.length; id++) {
      tokens[id] = keys.string(TOKENS, list, id);
    }
    return tokens;
  }

  private static byte[] kinds(GgufMetadata keys, int size) {
    List<?> list = keys.list(TOKEN_TYPE);
    if (list.size() != size) {
      throw keys.problem(TOKEN_TYPE, "has " + list.size() + " values for " + size + " tokens");
    }
    byte[] kinds = new byte[size];
    for (int id = 0; id < size; id++) {
      Object value = list.get(id);
      if (!(value instanceof Number number) || !GgufMetadata.whole(number)) {
        throw keys.problem(TOKEN_TYPE, "value " + id + " is not a whole number");
      }
      long kind = number.longValue();
      if (kind < Vocabulary.NORMAL || kind > Vocabulary.BYTE) {
        throw keys.problem(
            TOKEN_TYPE, "value " + id + " is " + kind + ", but token types are 1 to 6");
      }
      kinds[id] = (byte) kind;
    }
    return kinds;
  }

  private static MergeTable merges(GgufMetadata keys, Vocabulary vocabulary) {
    List<?> list = keys.list(MERGES);
    Vocabulary.MergeReader reader = vocabulary.new MergeReader(MERGES, list.size());
    for (int i = 0; i < list.size(); i++) {
      reader.add(keys.string(MERGES, list, i));
    }
    return reader.table();
  }

  private static Set<Integer> endTokens(GgufMetadata keys, Vocabulary vocabulary) {
    Set<Integer> ids = new HashSet<>(vocabulary.control(EndTokens.NAMES));
    for (String name : List.of("eos_token_id", "eot_token_id", "eom_token_id")) {
      keys.id(PREFIX + name, vocabulary.size()).ifPresent(ids::add);
    }
    return ids;
  }

  private static OptionalInt beginToken(GgufMetadata keys, int size) {
    String key = PREFIX + "bos_token_id";
    OptionalInt id = keys.id(key, size);
    if (!keys.flag(PREFIX + "add_bos_token")) {
      return OptionalInt.empty();
    }
    if (id.isEmpty()) {
      throw keys.problem(key, "is missing, but add_bos_token asks for it");
    }
    return id;
  }
}
