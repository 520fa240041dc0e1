package dev.skipstone.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceTemplatesTest {
  @TempDir Path folder;

  @Test
  void findsTheTemplateInAFileOrInTheConfiguration() throws Exception {
    assertThat(HuggingFaceTemplates.open(folder)).isEmpty();
    config("{\"bos_token\":{\"content\":\"<b>\"},\"eos_token\":\"<e>\"}");
    assertThat(HuggingFaceTemplates.open(folder)).isEmpty();
    config("{\"bos_token\":{\"content\":\"<b>\"},\"chat_template\":\"{{ bos_token }}one\"}");
    assertThat(render()).isEqualTo("<b>one");
    config(
        "{\"chat_template\":[{\"name\":\"tool_use\",\"template\":\"tool\"},"
            + "{\"name\":\"default\",\"template\":\"two\"}]}");
    assertThat(render()).isEqualTo("two");
    config("{\"bos_token\":\"<b>\",\"eos_token\":\"<e>\",\"chat_template\":\"one\"}");
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}{{ eos_token }}");
    assertThat(render()).isEqualTo("<b><e>");
  }

  @Test
  void refusesWhatIsNoTemplate() throws Exception {
    config("{\"chat_template\":3}");
    assertThatThrownBy(() -> HuggingFaceTemplates.open(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("chat_template: is neither a template nor a list");
  }

  private void config(String json) throws Exception {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private String render() {
    return HuggingFaceTemplates.open(folder)
        .orElseThrow()
        .render(List.of(ChatMessage.user("hi")), true);
  }
}
