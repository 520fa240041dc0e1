package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected results from the sentencepiece library, for vocabularies as GGUF has them. */
class SentencePieceGoldenTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The GGUF metadata of a vocabulary. */
  static Map<String, Object> metadata(String name) throws Exception {
    JsonNode vocab =
        MAPPER.readTree(TokenizerGoldenTest.file("sentencepiece-" + name + ".vocab.json").toFile());
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("tokenizer.ggml.model", name.equals("bpe") ? "llama" : "t5");
    metadata.put("tokenizer.ggml.tokens", list(vocab.get("tokens"), JsonNode::asText));
    metadata.put("tokenizer.ggml.scores", list(vocab.get("scores"), JsonNode::floatValue));
    metadata.put("tokenizer.ggml.token_type", list(vocab.get("types"), JsonNode::asInt));
    metadata.put("tokenizer.ggml.bos_token_id", 1);
    metadata.put("tokenizer.ggml.eos_token_id", 2);
    metadata.put("tokenizer.ggml.add_space_prefix", vocab.get("add_dummy_prefix").booleanValue());
    return metadata;
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> value) {
    return new ArrayList<>(StreamSupport.stream(array.spliterator(), false).map(value).toList());
  }

  static Tokenizer read(String name) throws Exception {
    return GgufTokenizers.read(Path.of(name + ".gguf"), metadata(name), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe", "unigram"})
  void encodesAndDecodes(String name) throws Exception {
    Tokenizer tokenizer = read(name);
    for (JsonNode row :
        MAPPER.readTree(
            TokenizerGoldenTest.file("sentencepiece-" + name + ".expected.json").toFile())) {
      String text = row.get("text").asText();
      int[] ids = list(row.get("ids"), JsonNode::asInt).stream().mapToInt(i -> i).toArray();
      assertThat(tokenizer.encode(text, false)).as(text).containsExactly(ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(row.get("decoded").asText());
    }
    assertThat(tokenizer.vocabularySize()).isEqualTo(2000);
    assertThat(tokenizer.endTokens()).containsExactly(2);
  }
}
