package dev.skipstone.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skipstone.model.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaChatTemplateTest {
  private static final Path FILE = Path.of("model.gguf");

  /** Prompts that Python's jinja2 gives with the settings of transformers. */
  @Test
  void rendersTheDefaultModelsTemplate() throws IOException {
    JsonNode golden = golden("smollm2.json");
    ChatTemplate template =
        JinjaChatTemplate.parse(
            FILE, golden.get("template").asText(), "<|im_start|>", "<|im_end|>");
    for (JsonNode row : golden.get("cases")) {
      assertThat(template.render(messages(row), row.get("generation").asBoolean()))
          .isEqualTo(row.get("prompt").asText());
    }
  }

  /** Templates of many kinds: the same text as jinja2, or refused where none is expected. */
  @Test
  void rendersAsJinjaOrRefuses() throws IOException {
    for (JsonNode row : golden("templates.json")) {
      ChatTemplate template = parse(row.get("template").asText());
      List<ChatMessage> messages = messages(row);
      boolean generation = row.get("generation").asBoolean();
      String name = row.get("name").asText();
      if (row.get("expected").isNull()) {
        assertThatThrownBy(() -> template.render(messages, generation))
            .as(name)
            .isInstanceOfSatisfying(
                ModelFileException.class,
                e -> {
                  assertThat(e.field()).isEqualTo("tokenizer.chat_template");
                  assertThat(e.getMessage()).doesNotContain("\n");
                });
      } else {
        assertThat(template.render(messages, generation))
            .as(name)
            .isEqualTo(row.get("expected").asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ messages.getClass() }}",
        "{{ messages[0].getClass() }}",
        "{{ messages[0]['class'].x() }}{{ loop.class }}{{ raise_exception('none') }}",
        "{{ ____int3rpr3t3r____.getContext() }}",
        "{{ messages.clear() }}",
        "{{ messages[0].put('role', 'x') }}",
        "{{ messages[0].get() }}",
        "{{ 'a'|attr('b') }}",
        "{{ 'a' is containing 'b' }}",
        "{% import 'a' as b %}",
        "{% extends 'a' %}",
        "{{ strftime_now('%Q') }}",
        "{{ today() }}",
        "{{ nosuch('a') }}",
        "{{ range(20000) | length }}",
        "{% for i in range('a') %}{% endfor %}",
        "{% for i in range(1, 2, 0) %}{% endfor %}",
        "{% for m in messages %}{{ loop.doBreak() }}{% endfor %}",
        "{% endfor %}",
        "{{ 'a'",
        "{% if 'a' %",
        "{# no end",
      })
  void keepsTemplatesOutOfJava(String template) {
    assertRefused(template, "");
  }

  @Test
  @Timeout(60)
  void endsTemplatesThatDoNotEnd() {
    String loop = "{% for a in range(9000) %}{% for b in range(9000) %}{% set c = 1 %}";
    assertRefused(loop + "{% endfor %}{% endfor %}", "does not end after 5000000 steps");
    String text = "x".repeat(10_000);
    String output = "{% for a in range(9000) %}" + text + "{% endfor %}";
    assertRefused(output, "");
    assertRefused("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "");
  }

  @Test
  void passesTheTemplatesOwnMessageOn() {
    assertRefused(
        "a\n{{ raise_exception('System role\nnot supported') }}",
        "the template refuses the conversation: System role not supported");
  }

  @Test
  void saysWhichLineIsWrong() {
    assertRefused("a\nb\n{{ 'x' | nosuch }}", "line 3 uses the filter \"nosuch\"");
    assertRefused("a\n\n{% if x.y %}{% endif %}", "line 3 uses \"x\", which is undefined");
    assertRefused("a\n{% for m in messages %}", "line 2 ends before else or endfor");
  }

  @Test
  void writesTokensAndDates() {
    ChatTemplate template = parse("{{ bos_token }}{{ strftime_now('%Y') }}{{ eos_token }}");
    assertThat(template.render(List.of(), true)).matches("<s>2\\d{3}</s>");
  }

  @Test
  void doesNotRunMessages() {
    ChatTemplate template = parse("{% set x = messages[0].content %}{{ x }}{{ x|trim }}");
    String text = "{{ raise_exception('a') }}{% if %}{# b #}{{ 1 + 1 }}";
    assertThat(template.render(List.of(ChatMessage.user(text)), true)).isEqualTo(text + text);
  }

  @Test
  void obeysWhiteSpaceMarks() {
    assertThat(render("a \r\n  {%+ if true %}\r\nb{%- endif +%}\nc{{- 'd' -}} \n e{#- f -#} g"))
        .isEqualTo("a \n  b\ncdeg");
    assertThat(render("  {% if true %}  {% if true %}x{% endif %}  {% endif %}\n\n"))
        .isEqualTo("  x  ");
    assertThat(render("{{ 'c\\'}}' }}{{ {'a': '}'}['a'] }}")).isEqualTo("c'}}}");
  }

  @Test
  void rangesAreThoseOfPython() {
    assertThat(render("{% for i in range(2) %}{{ i }}{% endfor %}")).isEqualTo("01");
    assertThat(render("{% for i in range(5, 0, -2) %}{{ i }}{% endfor %}")).isEqualTo("531");
    assertThat(render("{{ 'yes' if (1 is not eq(2)) and not (false) else 'no' }}"))
        .isEqualTo("yes");
  }

  private static void assertRefused(String template, String message) {
    ChatTemplate parsed = parse(template);
    List<ChatMessage> messages = List.of(ChatMessage.system("s"), ChatMessage.assistant("a"));
    assertThatThrownBy(() -> parsed.render(messages, true))
        .isInstanceOfSatisfying(
            ModelFileException.class,
            e -> {
              assertThat(e.field()).isEqualTo("tokenizer.chat_template");
              assertThat(e.getMessage()).doesNotContain("\n");
            })
        .hasMessageContaining(message);
  }

  private static String render(String template) {
    return parse(template).render(List.of(), true);
  }

  private static ChatTemplate parse(String template) {
    return JinjaChatTemplate.parse(FILE, template, "<s>", "</s>");
  }

  private static List<ChatMessage> messages(JsonNode row) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode message : row.get("messages")) {
      messages.add(new ChatMessage(message.get("role").asText(), message.get("content").asText()));
    }
    return messages;
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = JinjaChatTemplateTest.class.getResourceAsStream("/golden/chat/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }
}
