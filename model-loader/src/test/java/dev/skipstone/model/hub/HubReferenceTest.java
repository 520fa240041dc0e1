package dev.skipstone.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubReferenceTest {
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("0123456789-_A.")
        .ofMinLength(1)
        .ofMaxLength(20)
        .filter(name -> !name.startsWith("."));
  }

  @Property(tries = 200)
  void isWhatWasWritten(
      @ForAll("names") String owner, @ForAll("names") String name, @ForAll("names") String file) {
    String text = owner + "/" + name + ":" + file + "/" + file;
    HubReference reference = HubReference.parse(text).orElseThrow();
    assertThat(reference).hasToString(text);
    assertThat(reference.repository()).isEqualTo(owner + "/" + name);
    assertThat(reference.revision()).isEqualTo("main");
    assertThat(HubReference.parse(owner + "/" + name).orElseThrow().file()).isEmpty();
  }

  @Property(tries = 500)
  void leadsNowhereElse(@ForAll String text) {
    HubReference.parse(text)
        .ifPresent(reference -> assertThat(reference.toString()).doesNotContain("..", "\\", "//"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "a/b/c",
        "../b",
        "a/..",
        "a/b:",
        "a/b:../c",
        "a/b:/c",
        "/a/b",
        "a b/c"
      })
  void isNoReference(String text) {
    assertThat(HubReference.parse(text)).isEmpty();
  }

  @Test
  void aRevisionIsChecked() {
    HubReference reference = HubReference.parse("a/b").orElseThrow();
    assertThat(reference.withRevision("pr/1").revision()).isEqualTo("pr/1");
    assertThatThrownBy(() -> reference.withRevision("../x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofSeveralFilesTheUsualOneIsTaken() {
    List<String> two = List.of("m-Q2_K.gguf", "m-Q4_K_M.gguf", "m-Q8_0.gguf", "x.md");
    assertThat(choose("a/b", two)).containsExactly("m-Q4_K_M.gguf");
    assertThat(choose("a/b:q2_k", two)).containsExactly("m-Q2_K.gguf");
    assertThat(choose("a/b:x.md", two)).containsExactly("x.md");
    assertThatThrownBy(() -> choose("a/b:Q", two))
        .hasMessageContainingAll("several", "m-Q2_K.gguf, m-Q4_K_M.gguf");
    assertThatThrownBy(() -> choose("a/b", List.of("m-Q2_K.gguf", "m-Q3_K.gguf")))
        .hasMessageContaining("a/b:m-Q2_K.gguf");
    assertThatThrownBy(() -> choose("a/b", List.of("pytorch_model.bin")))
        .hasMessageContaining("neither");
    assertThat(choose("a/b", List.of("model.safetensors", "config.json", "vae/model.safetensors")))
        .containsExactly("config.json", "model.safetensors");
  }

  private static List<String> choose(String reference, List<String> names) {
    return ModelFiles.choose(HubReference.parse(reference).orElseThrow(), names);
  }
}
