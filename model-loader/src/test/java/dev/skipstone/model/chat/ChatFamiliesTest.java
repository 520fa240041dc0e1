package dev.skipstone.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Templates of our own with the constructs of each family's, and what jinja2 makes of conversations
 * with them, in transformers' settings: with tools, tool calls, documents, content in parts, and
 * conversations that the template refuses.
 */
class ChatFamiliesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A template and its rows. */
  record Family(String name, String template, JsonNode rows) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Family> families() throws IOException {
    try (InputStream in =
        ChatFamiliesTest.class.getResourceAsStream("/golden/chat/families.json")) {
      return StreamSupport.stream(MAPPER.readTree(in).spliterator(), false)
          .map(family ->
              new Family(
                  family.get("family").asText(),
                  family.get("template").asText(),
                  family.get("rows")));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void rendersAsTransformersDoes(Family family) {
    ChatTemplate template = template(family.template());
    int rendered = 0;
    for (JsonNode row : family.rows()) {
      if (row.get("expected").isNull()) {
        assertThatThrownBy(() -> render(template, row))
            .as(row.toString())
            .isInstanceOf(ModelFileException.class);
      } else {
        assertThat(render(template, row)).isEqualTo(row.get("expected").asText());
        rendered++;
      }
    }
    assertThat(rendered).isPositive();
  }

  /** A broken template is refused or renders something: no other exception, and no hang. */
  @ParameterizedTest
  @MethodSource("families")
  @Timeout(120)
  void brokenTemplatesEnd(Family family) {
    Random random = new Random(family.name().hashCode());
    String[] parts = {
      "{%",
      "%}",
      "{{",
      "}}",
      "'",
      "(",
      ")",
      "[",
      "]",
      "-",
      "|",
      " for ",
      " if ",
      "end",
      "\\",
      ".",
      "messages",
      "~",
      "#}",
      "{#",
      "not ",
      "0",
      ":",
      ","
    };
    for (int round = 0; round < 150; round++) {
      StringBuilder broken = new StringBuilder(family.template());
      for (int change = 0; change <= random.nextInt(4); change++) {
        int at = random.nextInt(broken.length());
        if (random.nextBoolean()) {
          broken.insert(at, parts[random.nextInt(parts.length)]);
        } else {
          broken.delete(at, Math.min(broken.length(), at + 1 + random.nextInt(12)));
        }
      }
      ChatTemplate template = template(broken.toString());
      JsonNode row = family.rows().get(random.nextInt(family.rows().size()));
      try {
        assertThat(render(template, row)).isNotNull();
      } catch (ModelFileException refused) {
        assertThat(refused.getMessage()).doesNotContain("\n");
      }
    }
  }

  private static ChatTemplate template(String source) {
    return JinjaChatTemplate.parse(Path.of("model"), source, "<s>", "</s>");
  }

  private static String render(ChatTemplate template, JsonNode row) {
    List<Map<String, Object>> messages =
        MAPPER.convertValue(row.get("messages"), new TypeReference<>() {});
    Map<String, Object> variables =
        MAPPER.convertValue(row.get("variables"), new TypeReference<>() {});
    return template.render(messages, variables, row.get("generation").asBoolean());
  }
}
