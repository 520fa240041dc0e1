package dev.skipstone.model.tokenizer;

import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules by which byte-level families cut text, for files that have only a rule's name, as GGUF
 * does.
 *
 * @param expressions one within the other
 * @param composed whether text is brought to Unicode's composed form first
 * @param wholePieces whether a piece that is a token is taken as it is, whatever the merges say
 * @param begins whether a text begins with the begin token where the file does not say
 */
record SplitRules(List<String> expressions, boolean composed, boolean wholePieces, boolean begins) {
  static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String REST = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String WORDS = CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String SIGNS = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + REST;
  static final String LLAMA3 = WORDS + "|\\p{N}{1,3}" + SIGNS;
  static final String QWEN2 = WORDS + "|\\p{N}" + SIGNS;

  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String SIGNS_AND_SLASHES = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + REST;

  /** GPT-4o's: a word ends where a capital follows a small letter. */
  static final String O200K = cased(CONTRACTIONS + "?") + "|\\p{N}{1,3}" + SIGNS_AND_SLASHES;

  /** Mistral NeMo's. */
  static final String TEKKEN = cased("") + "|\\p{N}" + SIGNS_AND_SLASHES;

  static final String NUMBER = "\\p{N}";

  /**
   * Other numbers (½, ², Ⅷ) are not cut out: so it is in the expected results for SmolLM2's GGUF
   * file, though the digits rule of Hugging Face's tokenizers library does.
   */
  static final String DECIMAL_DIGIT = "\\p{Nd}";

  /** Rules by their names; the first one is that which files are written with. */
  private static final Map<List<String>, SplitRules> NAMED = new LinkedHashMap<>();

  static {
    NAMED.put(
        List.of("gpt-2", "gpt2", "default", "phi-2", "mpt", "olmo", "jais", "granite-docling"),
        plain(GPT2));
    NAMED.put(
        List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral"),
        new SplitRules(List.of(LLAMA3), false, true, true));
    NAMED.put(List.of("dbrx", "smaug-bpe", "olmo2", "chatglm-bpe", "glm4"), plain(LLAMA3));
    NAMED.put(
        List.of("qwen2", "deepseek-r1-qwen"), new SplitRules(List.of(QWEN2), true, false, false));
    NAMED.put(List.of("stablelm2", "hunyuan"), plain(QWEN2));
    NAMED.put(List.of("smollm"), plain(DECIMAL_DIGIT, GPT2));
    NAMED.put(
        List.of("starcoder", "refact", "granite", "command-r", "codeshell", "exaone"),
        plain(NUMBER, GPT2));
    NAMED.put(List.of("gpt-4o", "llama4", "o200k"), plain(O200K));
    NAMED.put(List.of("tekken"), new SplitRules(List.of(TEKKEN), false, true, true));
  }

  private static SplitRules plain(String... expressions) {
    return new SplitRules(List.of(expressions), false, false, false);
  }

  private static String cased(String ending) {
    return BEFORE + UPPER + "*" + LOWER + "+" + ending + "|" + BEFORE + UPPER + "+" + LOWER + "*"
        + ending;
  }

  /** The rule of a name, or null. */
  static SplitRules named(String name) {
    for (Map.Entry<List<String>, SplitRules> entry : NAMED.entrySet()) {
      if (entry.getKey().contains(name)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** All names in alphabetical order. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    NAMED.keySet().forEach(names::addAll);
    return names;
  }

  /**
   * The name of the rule that does the same; empty where there is none.
   *
   * @param wholePieces as {@link #wholePieces}
   */
  static Optional<String> nameOf(TextRules rules, boolean wholePieces) {
    boolean prefixSpace = !rules.openings().isEmpty();
    TextRules wanted = rules.withLastSplitIsolated();
    for (Map.Entry<List<String>, SplitRules> entry : NAMED.entrySet()) {
      SplitRules named = entry.getValue();
      // Each rule's last expression matches all of a text: nothing lies between its matches.
      if (named.wholePieces == wholePieces && named.textRules(prefixSpace).equals(wanted)) {
        return Optional.of(entry.getKey().getFirst());
      }
    }
    return Optional.empty();
  }

  /**
   * The rule with what belongs to it.
   *
   * @param prefixSpace whether a space is put before a text
   */
  TextRules textRules(boolean prefixSpace) {
    return new TextRules(
        composed ? List.of(new TextStep.Form(Normalizer.Form.NFC)) : List.of(),
        prefixSpace ? List.of(new TextStep.PrefixSpace()) : List.of(),
        expressions.stream().map(Split::isolated).toList(),
        false);
  }
}
