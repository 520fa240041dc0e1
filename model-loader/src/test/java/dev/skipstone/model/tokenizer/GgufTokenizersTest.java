package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTokenizersTest {
  private static final Path FILE = Path.of("micro.gguf");

  private static Arguments wrong(String key, Object value, String message) {
    return Arguments.of(key, value, message);
  }

  static Stream<Arguments> wrongValues() {
    return Stream.of(
        wrong("model", null, "is missing"),
        wrong("model", 3, "is not a string"),
        wrong("pre", null, "is missing"),
        wrong("tokens", null, "is missing"),
        wrong("tokens", "x", "is not an array"),
        wrong("tokens", List.of(), "there are no tokens"),
        wrong("tokens", List.of("a", 3), "value 1 is not a string"),
        wrong("token_type", null, "is missing"),
        wrong("token_type", List.of(1, 1), "has 2 values for 265 tokens"),
        wrong("token_type", with("token_type", 7, "x"), "value 7 is not a whole number"),
        wrong("token_type", with("token_type", 7, 1.0f), "value 7 is not a whole number"),
        wrong("token_type", with("token_type", 7, 0), "value 7 is 0, but token types are 1 to 6"),
        wrong("token_type", with("token_type", 7, 7), "value 7 is 7, but token types are 1 to 6"),
        wrong("merges", null, "is missing"),
        wrong("merges", List.of(1), "value 0 is not a string"),
        wrong("merges", List.of("ab"), "merge 0 (\"ab\") is not two tokens with a space"),
        wrong("merges", List.of("a b c"), "is not two tokens with a space"),
        wrong("merges", List.of(" a"), "is not two tokens with a space"),
        wrong("merges", List.of("a "), "is not two tokens with a space"),
        wrong("merges", List.of("h e", "qq e"), "merge 1 (\"qq e\") needs \"qq\", which is not"),
        wrong("merges", List.of("h qq"), "needs \"qq\", which is not in the vocabulary"),
        wrong("merges", List.of("a b"), "needs \"ab\", which is not in the vocabulary"),
        wrong("merges", List.of("h e", "h e"), "merge 1 (\"h e\") is there twice"),
        wrong("eos_token_id", 265, "265 is not in the vocabulary of 265 tokens"),
        wrong("eot_token_id", -1L, "-1 is not in the vocabulary"),
        wrong("eom_token_id", "x", "is not a whole number"),
        wrong("unknown_token_id", 1.5, "is not a whole number"),
        wrong("bos_token_id", 1L << 32, "4294967296 is not in the vocabulary"),
        wrong("add_bos_token", 1, "is not true or false"),
        wrong("add_space_prefix", "no", "is not true or false"));
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void refusesWrongValues(String key, Object value, String message) {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    String name = "tokenizer.ggml." + key;
    metadata.put(name, value);
    assertRefused(metadata, name, message);
  }

  /** A model with such a tokenizer can be opened all the same. */
  @ParameterizedTest
  @CsvSource({
    "model, bert, '\"bert\" is not supported'",
    "model, bert, 'supported: \"gpt2\" (byte-level BPE)'",
    "pre, 'te\nko', '\"te\\u000ako\" is not supported'",
    "pre, teko, 'supported: chatglm-bpe, codeshell'"
  })
  void refusesTextWhereTheKindIsNotSupported(String key, String value, String message) {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml." + key, value);
    Tokenizer tokenizer = GgufTokenizers.read(FILE, metadata, 265);
    assertThat(tokenizer.vocabularySize()).isEqualTo(265);
    assertThatThrownBy(() -> tokenizer.encode("hello", false))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesTheSameTokenTwice() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.tokens", with("tokens", 200, "hello"));
    assertRefused(metadata, "tokenizer.ggml.tokens", "tokens 200 and 262 are both \"hello\"");
  }

  @Test
  void refusesMisspeltByteTokens() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.token_type", with("token_type", 7, 6));
    assertRefused(metadata, "tokenizer.ggml.tokens", "token 7 is a byte but written \"Ą\"");
  }

  @Test
  void refusesToBeginWithAMissingToken() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.add_bos_token", true);
    assertRefused(metadata, "tokenizer.ggml.bos_token_id", "is missing, but add_bos_token asks");
  }

  @Test
  void readsBeginAndEndTokens() {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.bos_token_id", 1);
    assertThat(GgufTokenizers.read(FILE, metadata, 0).beginToken()).isEmpty();
    metadata.put("tokenizer.ggml.add_bos_token", true);
    metadata.put("tokenizer.ggml.eos_token_id", 5);
    metadata.put("tokenizer.ggml.eot_token_id", (short) 6);
    Tokenizer tokenizer = GgufTokenizers.read(FILE, metadata, 0);
    assertThat(tokenizer.beginToken()).hasValue(1);
    assertThat(tokenizer.endTokens()).containsExactlyInAnyOrder(0, 5, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm", "gpt-2", "gpt2", "default", "llama-bpe", "llama3", "qwen2"})
  void knowsThesePreTokenizers(String pre) {
    Map<String, Object> metadata = MicroVocabulary.metadata();
    metadata.put("tokenizer.ggml.pre", pre);
    Tokenizer tokenizer = GgufTokenizers.read(FILE, metadata, 0);
    assertThat(tokenizer.decode(tokenizer.encode("hello  12", false))).isEqualTo("hello  12");
  }

  @Test
  void shortensLongTextsInMessages() {
    assertThat(Quoted.text("x".repeat(100))).hasSize(63).endsWith("…\"");
  }

  private static void assertRefused(Map<String, Object> metadata, String field, String message) {
    assertThatThrownBy(() -> GgufTokenizers.read(FILE, metadata, 0))
        .isInstanceOfSatisfying(
            ModelFileException.class,
            e -> {
              assertThat(e.field()).isEqualTo(field);
              assertThat(e.offset()).isEqualTo(ModelFileException.NO_OFFSET);
              assertThat(e.getMessage()).startsWith("micro.gguf: " + field).doesNotContain("\n");
            })
        .hasMessageContaining(message);
  }

  private static List<Object> with(String key, int at, Object value) {
    Object list = MicroVocabulary.metadata().get("tokenizer.ggml." + key);
    List<Object> changed = new ArrayList<>((List<?>) list);
    changed.set(at, value);
    return changed;
  }
}
