package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.ModelFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tokenizer.json as a GGUF file's metadata: read back, it gives the same tokens. */
final class GgufTokenizerKeysTest {
  private static final Path GGUF = Path.of("model.gguf");
  private static final int MUTATIONS = 2000;

  @TempDir Path folder;

  private GgufTokenizerKeys read(String name, String config) throws Exception {
    Path configFile = folder.resolve("tokenizer_config.json");
    if (config != null) {
      Files.writeString(configFile, config);
    }
    return GgufTokenizerKeys.read(
        TokenizerGoldenTest.file(name + ".tokenizer.json"), configFile, 0, Set.of());
  }

  private static List<String> texts(String name) throws Exception {
    List<String> texts = new ArrayList<>();
    Path file = TokenizerGoldenTest.file(name + ".expected.json");
    for (JsonNode row : new ObjectMapper().readTree(file.toFile())) {
      texts.add(row.get("text").asText());
    }
    return texts;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2-style",
        "llama3-style",
        "qwen2-style",
        "families/llama2",
        "families/mistral",
        "families/gemma",
        "families/phi3",
        "families/phi4",
        "families/granite",
        "families/olmo",
        "families/tekken",
        "families/cl100k",
        "families/prefix",
        "families/punct",
        "families/unigram",
        "families/unigram-unk",
        "families/unk"
      })
  void givesTheSameTokens(String name) throws Exception {
    Tokenizer expected =
        HuggingFaceTokenizers.read(TokenizerGoldenTest.file(name + ".tokenizer.json"));

    Tokenizer tokenizer =
        GgufTokenizers.read(GGUF, read(name, null).keys(), expected.vocabularySize());

    for (String text : texts(name)) {
      int[] ids = expected.encode(text, true);
      assertThat(tokenizer.encode(text, true)).as(text).containsExactly(ids);
      assertThat(tokenizer.encode(text, false))
          .as(text)
          .containsExactly(expected.encode(text, false));
      assertThat(tokenizer.decode(ids)).as(text).isEqualTo(expected.decode(ids));
    }
    assertThat(tokenizer.beginToken()).isEqualTo(expected.beginToken());
    assertThat(tokenizer.endTokens()).isEqualTo(expected.endTokens());
    for (int id = 0; id < expected.vocabularySize(); id++) {
      assertThat(tokenizer.token(id)).isEqualTo(expected.token(id));
      assertThat(tokenizer.isSpecial(id)).as("%d", id).isEqualTo(expected.isSpecial(id));
    }
  }

  /** What other programs go by, as they know nothing of the whole text. */
  @ParameterizedTest
  @CsvSource({
    "gpt2-style, gpt-2, true",
    "llama3-style, llama-bpe, true",
    "qwen2-style, qwen2, true",
    "families/granite, starcoder, true",
    "families/tekken, tekken, true",
    "families/phi4, gpt-4o, false",
    "families/llama2, default, false",
    "families/gemma, default, false"
  })
  void ggufsOwnKeysGiveThemToo(String name, String rule, boolean exact) throws Exception {
    Map<String, Object> keys = read(name, null).keys();
    assertThat(keys).containsEntry("tokenizer.ggml.pre", rule);
    assertThat(!keys.containsKey("tokenizer.huggingface.json")).as("is exact").isEqualTo(exact);
    Map<String, Object> own = new LinkedHashMap<>(keys);
    own.remove("tokenizer.huggingface.json");
    Tokenizer expected =
        HuggingFaceTokenizers.read(TokenizerGoldenTest.file(name + ".tokenizer.json"));

    Tokenizer tokenizer = GgufTokenizers.read(GGUF, own, expected.vocabularySize());

    String text = "Hello world, it's 1234 tests! We'll see: äöü 日本語 🙂 foo_bar";
    assertThat(tokenizer.encode(text, true)).containsExactly(expected.encode(text, true));
  }

  @Test
  void aRuleWithoutANameIsTold() throws Exception {
    GgufTokenizerKeys keys = read("families/punct", null);

    assertThat(keys.keys()).containsEntry("tokenizer.ggml.pre", "default");
    assertThat(keys.note()).hasValueSatisfying(note -> assertThat(note).contains("other tokens"));
    assertThat(read("gpt2-style", null).note()).isEmpty();
  }

  @Test
  void beginAndEndAreThoseOfTheConfiguration() throws Exception {
    Path file = TokenizerGoldenTest.file("gpt2-style.tokenizer.json");
    Tokenizer plain = HuggingFaceTokenizers.read(file);
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(
        config,
        "{\"bos_token\": \"%s\", \"eos_token\": \"%s\", \"add_bos_token\": true}"
            .formatted(plain.token(10), plain.token(11)));
    Set<Integer> ends = Set.of(20, 21, 11);
    Tokenizer expected = HuggingFaceTokenizers.open(file, config, 0, ends);

    Map<String, Object> keys = GgufTokenizerKeys.read(file, config, 0, ends).keys();

    assertThat(keys)
        .containsEntry("tokenizer.ggml.bos_token_id", 10)
        .containsEntry("tokenizer.ggml.eos_token_id", 11)
        .containsEntry("tokenizer.ggml.add_bos_token", true);
    Tokenizer tokenizer = GgufTokenizers.read(GGUF, keys, expected.vocabularySize());
    assertThat(tokenizer.beginToken()).isEqualTo(expected.beginToken());
    assertThat(tokenizer.endTokens()).isEqualTo(expected.endTokens());
  }

  @Test
  void aBrokenWholeTextLeavesGgufsKeys() throws Exception {
    Map<String, Object> keys = new LinkedHashMap<>(read("families/llama2", null).keys());
    keys.put("tokenizer.huggingface.json", "{\"model\": ");

    Tokenizer tokenizer = GgufTokenizers.read(GGUF, keys, 0);

    assertThat(tokenizer.decode(tokenizer.encode("hello", true))).isEqualTo("hello");
  }

  @Test
  void survivesChangedWholeTexts() throws Exception {
    Map<String, Object> keys = new LinkedHashMap<>(read("families/llama2", null).keys());
    byte[] sound =
        ((String) keys.get("tokenizer.huggingface.json")).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(5);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] changed = sound.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      keys.put("tokenizer.huggingface.json", new String(changed, StandardCharsets.UTF_8));
      try {
        GgufTokenizers.read(GGUF, keys, 0).encode("hello  12", true);
      } catch (ModelFileException e) {
        assertThat(e.getMessage()).as("mutation %d", i).doesNotContain("\n");
      } catch (IllegalArgumentException e) {
        // A byte that has no token any more.
        assertThat(e.getMessage()).as("mutation %d", i).contains("no token");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tokenizer.ggml.model, bert, is not supported",
    "tokenizer.ggml.model, none, has no tokenizer",
    "tokenizer.ggml.pre, deepseek-llm, is not supported",
    "tokenizer.ggml.model, , has no tokenizer"
  })
  void anUnsupportedTokenizerTakesIdsOnly(String key, String value, String problem)
      throws Exception {
    Map<String, Object> keys = new LinkedHashMap<>(read("gpt2-style", null).keys());
    keys.put(key, value);
    keys.values().removeIf(Objects::isNull);

    Tokenizer tokenizer = GgufTokenizers.read(GGUF, keys, 77);

    assertThat(tokenizer.vocabularySize()).isEqualTo(77);
    assertThat(tokenizer.bytes(5)).isEmpty();
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> tokenizer.encode("hello", true))
        .withMessageContaining(problem)
        .withMessageContaining("--tokens");
  }

  @Test
  void aBrokenTokenizerIsStillRefused() {
    Map<String, Object> keys = Map.of("tokenizer.ggml.model", "llama", "tokenizer.ggml.tokens", 5);
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> GgufTokenizers.read(GGUF, keys, 5))
        .withMessageContaining("is not an array");
  }
}
