package dev.skipstone.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.Model;
import dev.skipstone.model.chat.ChatMessage;
import dev.skipstone.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The default model's own tokenizer and chat template against expected results. */
class SmolLm2TokenizerTest {
  private static final Path FILE = Path.of("../models/SmolLM2-135M-Instruct.Q4_1.gguf");

  @Test
  void encodesAndDecodes() throws IOException {
    try (Model model = Model.open(FILE)) {
      Tokenizer tokenizer = model.tokenizer();
      for (JsonNode row : golden("/golden/tokenizers/smollm2.expected.json")) {
        String text = row.get("text").asText();
        int[] ids =
            StreamSupport.stream(row.get("ids").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
        assertThat(tokenizer.encode(text, true)).as(text).containsExactly(ids);
        assertThat(tokenizer.decode(ids)).isEqualTo(row.get("decoded").asText());
      }
      assertThat(tokenizer.vocabularySize()).isEqualTo(49152);
      assertThat(tokenizer.endTokens()).containsExactlyInAnyOrder(0, 2);
      assertThat(tokenizer.beginToken()).isEmpty();
    }
  }

  @Test
  void rendersConversations() throws IOException {
    try (Model model = Model.open(FILE)) {
      for (JsonNode row : golden("/golden/chat/smollm2.json").get("cases")) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : row.get("messages")) {
          messages.add(
              new ChatMessage(message.get("role").asText(), message.get("content").asText()));
        }
        assertThat(
                model
                    .chatTemplate()
                    .orElseThrow()
                    .render(messages, row.get("generation").asBoolean()))
            .isEqualTo(row.get("prompt").asText());
      }
    }
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = SmolLm2TokenizerTest.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(in);
    }
  }
}
