package dev.skipstone.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected results from Hugging Face's tokenizers library. */
class TokenizerGoldenTest {
  private static final String FOLDER = "/golden/tokenizers/";

  static Path file(String name) throws URISyntaxException {
    URL url = Objects.requireNonNull(TokenizerGoldenTest.class.getResource(FOLDER + name), name);
    return Path.of(url.toURI());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-style", "llama3-style", "qwen2-style"})
  void readsTokenizerJson(String name) throws Exception {
    Tokenizer tokenizer = HuggingFaceTokenizers.read(file(name + ".tokenizer.json"));
    try (InputStream in = getClass().getResourceAsStream(FOLDER + name + ".expected.json")) {
      for (JsonNode row : new ObjectMapper().readTree(in)) {
        String text = row.get("text").asText();
        int[] ids =
            StreamSupport.stream(row.get("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        assertThat(tokenizer.encode(text, true)).as(text).containsExactly(ids);
        assertThat(tokenizer.decode(ids)).isEqualTo(row.get("decoded").asText());
      }
    }
    assertThat(tokenizer.vocabularySize()).isEqualTo(3000);
    assertThat(tokenizer.endTokens()).containsExactlyInAnyOrder(0, 2);
    assertThat(tokenizer.beginToken()).isEmpty();
  }
}
