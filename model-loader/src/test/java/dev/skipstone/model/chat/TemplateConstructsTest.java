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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every construct that templates use, as Python's jinja2 has it in transformers' settings. */
class TemplateConstructsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Stream<Arguments> rows() throws IOException {
    try (InputStream in =
        TemplateConstructsTest.class.getResourceAsStream("/golden/chat/constructs.json")) {
      JsonNode root = MAPPER.readTree(in);
      List<Map<String, Object>> messages =
          MAPPER.convertValue(root.get("messages"), new TypeReference<>() {});
      return StreamSupport.stream(root.get("rows").spliterator(), false)
          .map(row ->
              Arguments.of(
                  row.get("template").asText(), row.get("expected").textValue(), messages));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void rendersAsJinja(String source, String expected, List<Map<String, Object>> messages) {
    ChatTemplate template = JinjaChatTemplate.parse(Path.of("model"), source, "<s>", "</s>");
    if (expected == null) {
      assertThatThrownBy(() -> template.render(messages, Map.of(), true))
          .isInstanceOf(ModelFileException.class);
    } else {
      assertThat(template.render(messages, Map.of(), true)).isEqualTo(expected);
    }
  }
}
